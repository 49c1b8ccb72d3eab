"""What tickets are made of beside phrases of the rules and single words."""

# By the form a phrase is put into.
FRAMES = {
    "nomn": ["Возникает {}", "У нас {}", "Интересует {}", "Опять {}", "Непонятна ситуация: {}", "Тема обращения — {}"],
    "gent": ["После {} всё изменилось", "Касательно {} хотим уточнить", "Без {} работать невозможно", "Нужна помощь насчёт {}"],
    "datv": ["Вопрос по {}", "Подскажите по {}, пожалуйста", "К {} есть замечания"],
    "accs": ["Мы видим {}", "Не понимаем про {}", "Хотим получить {}", "Просим рассмотреть {}"],
    "ablt": ["Не можем разобраться с {}", "Столкнулись с {}", "Трудности с {} уже неделю", "Перед {} всё было хорошо"],
    "loct": ["Речь о {}", "Дело в {}", "Сообщите о {}"],
    "INFN": ["Нам нужно {}", "Просим {}", "Как {}?", "Можно ли {}", "Не получается {}"],
    "past": ["Вчера мы {}", "Коллеги {}", "Наши сотрудники {}, но безрезультатно"],
    "impr": ["Пожалуйста, {}", "{}", "Очень прошу, {}"],
    "pres": ["Они {}", "Обычно {}", "Скоро {}"],
    "any": ["Дело в том, что {}", "{}", "Пишу, потому что {}", "Сейчас {}", "Заметили следующее: {}"],
}
GREET = ["Здравствуйте!", "Добрый день!", "Приветствую.", "Доброго времени суток,", "Уважаемая поддержка!", "Коллеги, добрый вечер."]
BYE = ["Спасибо!", "Заранее благодарны.", "Ждём ответа.", "С уважением, Иванов П.", "Срочно!!!", "Спасибо за помощь 🙂"]
FUNCTION_WORDS = "и в на не что мы с как это у нас но для из по к так уже ещё было или если вот же бы только он они при до от за то все там тут когда".split()
LOGS = [
    "[{d} {t}] PHP Fatal error: Allowed memory size of {n} bytes exhausted (tried to allocate {k} bytes) in /home/bitrix/www/bitrix/modules/{m}/lib/{w}.php:{k}",
    "{d} {t} [error] {k}#0: *{n} upstream timed out (110: Connection timed out) while reading response header from upstream, client: 192.168.{b}.{b}, server: {w}.example.ru",
    "mysqld: {d} {t} [Warning] Aborted connection {k} to db: 'sitemanager' user: 'bitrix0' (Got timeout reading communication packets)",
    "MySQL Query Error: SELECT * FROM b_{m}_{w} WHERE ID={k} [[{k}] Table './sitemanager/b_{m}' is marked as crashed]",
    "#0 /bitrix/modules/{m}/classes/general/{w}.php({k}): Bitrix\\Main\\DB\\Connection->query('SELECT ...')",
    "curl: (60) SSL certificate problem: self signed certificate in certificate chain; curl error 60, TLS v1.2",
    "nginx: [emerg] bind() to 0.0.0.0:{k} failed (98: Address already in use)",
    "worker[{k}]: segfault at {x} ip {x} sp {x} error 4 in php-fpm7.4, exit code 139",
]
# Text that a regex rule finds, by a piece of the regex.
REGEX_HITS = {
    "err-": "код ERR-{k}", "0x8": "код 0x80072ee7", "php ?": "стоит PHP 8.1.{b}", "mysql ?[": "MySQL 5.7.{b}", "centos": "сервер на CentOS 7",
    "ubuntu": "Ubuntu 22.04", "debian": "Debian 12", "http ?": "выдаёт HTTP 502", "ошибк": "показывает ошибку 504", "errno": "errno: 1146",
    "memory_limit": "memory_limit = 512M", "innodb_": "innodb_buffer_pool_size = 4G", "rps": "около {b} rps", "мс": "отклик {k} мс",
    "192": "адрес 192.168.{b}.{b}", "10\\.": "адрес 10.0.{b}.{b}", "пользовател": "лицензия на 100 пользователей", "crm": "метод crm.deal.list",
    "local": "файл /local/components/{w}", "верси": "версия 23.{n3}.000", "main": "модуль main 23.{b}.0", "pub": "ссылка /pub/im/{w}.png", "tls": "TLS 1.2",
    "http:": "адрес http://portal.{w}.ru", "[a-z]{2}-": "ключ SAB-NA-abcdefghij12",
}
