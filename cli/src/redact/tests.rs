//! Every kind of secret in the forms of real tickets, and what must stay.

use super::*;

#[test]
fn secrets_are_masked() {
    let rows = [
        ("Пароль: Qwe123!", "Пароль: [пароль]"),
        ("пароль от админки сайта: Qwe123, проверьте", "пароль от админки сайта: [пароль] проверьте"),
        ("Пароль:\nсолнышко", "Пароль:\n[пароль]"),
        ("логин admin, пароль qwerty", "логин admin, пароль [пароль]"),
        ("Логин/пароль: admin / qwerty", "Логин/пароль: [пароль] / [пароль]"),
        ("login: root pass: toor", "login: root pass: [пароль]"),
        ("пароль - Zx9_lk", "пароль - [пароль]"),
        ("с паролем Bx24Portal не пускает", "с паролем [пароль] не пускает"),
        ("'password' => 's3cr et',", "'password' => '[пароль]',"),
        ("$DBPassword = \"x1\";", "$DBPassword = \"[пароль]\";"),
        ("define(\"DBPassword\", \"x1\")", "define(\"DBPassword\", \"[пароль]\")"),
        ("{\"password\": \"x1\"}", "{\"password\": \"[пароль]\"}"),
        ("mysql -uroot -pSecret1 sitemanager", "mysql -uroot -p[пароль] sitemanager"),
        ("ssh://root:hunter2@portal.example", "ssh://root:[пароль]@portal.example"),
        ("<password>abc</password>", "<password>[пароль]</password>"),
        ("ключ S25-NA-ABCD1234EFGH5678 не подходит", "ключ [ключ] не подходит"),
        ("Лицензионный ключ: abcd1234efgh", "Лицензионный ключ: [ключ]"),
        ("LICENSE_KEY=\"0123456789abcdef0123456789abcdef\"", "LICENSE_KEY=\"[ключ]\""),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "[ключ]"),
        ("https://p.example/rest/1/abcd1234efgh5678/crm.deal.list", "https://p.example/rest/1/[токен]/crm.deal.list"),
        ("Authorization: Bearer abcdef.123456-XYZ", "Authorization: Bearer [токен]"),
        ("access_token=abc123", "access_token=[токен]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[токен]"),
        ("сессия 0123456789abcdef0123456789abcdef истекла", "сессия [токен] истекла"),
        ("Пишите на i.petrov@firma.example.ru!", "Пишите на [почта]!"),
        ("почта иван@пример.рф", "почта [почта]"),
        ("сервер 192.168.0.15:8893 молчит", "сервер [IP]:8893 молчит"),
        ("с адреса 2001:db8::1 не открыть", "с адреса [IP] не открыть"),
        ("тел. +7 (495) 123-45-67, Иван", "тел. [телефон], Иван"),
        ("8 800 250 18 60", "[телефон]"),
        ("звоните 84951234567", "звоните [телефон]"),
        ("+375 29 123-45-67", "[телефон]"),
        ("(495) 123-45-67 доб. 12", "[телефон] доб. 12"),
    ];
    for (typed, want) in rows {
        let once = redact(typed, Lang::Ru);
        assert_eq!(once, want, "{typed}");
        assert_eq!(redact(&once, Lang::Ru), want, "a second pass over {typed}");
    }
    assert_eq!(redact("pass: x1, a@b.example", Lang::En), "pass: [password] [mail]");
}

#[test]
fn what_is_no_secret_stays() {
    let rows = [
        "Не приходит письмо для смены пароля, что делать?",
        "Забыли пароль администратора. Как восстановить?",
        "пароль — не подходит",
        "Обновление с 23.850.600 на 24.100.0 падает в 12:30:45",
        "main 24.0.1100, php 8.2.14, mysql 8.0.36-28",
        "DB::add() и Bitrix\\Main\\Loader::includeModule",
        "заказ 100500, счёт 2024-11-05, сумма 1 500 000 руб.",
        "/bitrix/modules/main/include/prolog_admin_before.php",
        "версия 1.2.3.4.5",
        "Ошибка 0x80004005, номер обращения 4567",
    ];
    for typed in rows {
        assert_eq!(redact(typed, Lang::Ru), typed);
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    for unit in ["пароль ", "логин а пароль ", "a:", "8 ", "1.", "login ", "a-", "@", "secret=", "mysql "] {
        let text = unit.repeat(200_000 / unit.len());
        // A quadratic rule would take minutes here.
        assert!(redact(&text, Lang::Ru).len() <= text.len() * 4, "{unit}");
    }
}
