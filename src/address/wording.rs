//! What each finding means and what to do about it, in Russian and English.

use super::kind::AddressFindingKind as Kind;
use crate::verdict::Lang;

/// The text of a finding; `host` is the host as read or as typed.
pub(super) fn text(kind: Kind, host: &str, lang: Lang) -> String {
    let (ru, en) = texts(kind);
    match lang {
        Lang::Ru => ru.replace("{host}", host),
        Lang::En => en.replace("{host}", host),
    }
}

fn texts(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Empty => (
            "Публичный адрес не заполнен. Впишите адрес портала целиком, например https://portal.company.ru.",
            "The public address is empty. Type the whole address of the portal, such as https://portal.company.ru.",
        ),
        Kind::TooLong => (
            "Это слишком длинно для адреса сайта. Оставьте только https:// и имя портала.",
            "This is too long for the address of a site. Keep only https:// and the name of the portal.",
        ),
        Kind::SurroundingSpaces => (
            "До или после адреса стоят пробелы. Сотрите их и сохраните настройки.",
            "There are blanks before or after the address. Delete them and save the settings.",
        ),
        Kind::Spaces => (
            "Внутри адреса стоят пробелы. В поле должен быть один адрес без пробелов.",
            "There are blanks inside the address. The field takes one address without blanks.",
        ),
        Kind::HiddenCharacters => (
            "В адресе есть невидимые символы, они часто приходят при копировании. Наберите адрес заново вручную.",
            "The address has invisible characters, which often come with copying. Type the address by hand.",
        ),
        Kind::NoScheme => (
            "Адрес должен начинаться с https://. Допишите это перед именем сайта.",
            "The address must begin with https://. Add that before the name of the site.",
        ),
        Kind::Http => (
            "Адрес начинается с http://, а нужен https://. Включите на портале HTTPS с действующим сертификатом и исправьте адрес.",
            "The address begins with http:// where https:// is needed. Turn HTTPS with a valid certificate on and correct the address.",
        ),
        Kind::OtherScheme => (
            "Начало адреса не похоже на https://. Проверьте опечатки: адрес должен начинаться ровно с https://.",
            "The address does not begin with https://. Look for a misprint: these characters must stand exactly so.",
        ),
        Kind::MalformedScheme => (
            "Начало адреса набрано с ошибкой. Нужно один раз https://, с двоеточием и двумя косыми чертами.",
            "The beginning of the address is mistyped. It must be https:// once, with a colon and two slashes.",
        ),
        Kind::Credentials => (
            "В адресе записаны логин или пароль. Уберите их: портал должен отвечать серверам поддержки без HTTP-авторизации. Пароль лучше сменить.",
            "A login or password stands in the address. Remove it: the portal must answer the support servers without HTTP authentication. It is wise to change the password.",
        ),
        Kind::Port => (
            "В адресе указан порт. Убедитесь, что он открыт из интернета; надёжнее опубликовать портал на обычном порту 443 и убрать порт из адреса.",
            "The address names a port. Make sure that it is open from the internet; publishing the portal on the usual port 443 is safer.",
        ),
        Kind::InvalidPort => (
            "После двоеточия должен стоять номер порта от 1 до 65535. Исправьте его или уберите вместе с двоеточием.",
            "A port number from 1 to 65535 must follow the colon. Correct it, or remove it with the colon.",
        ),
        Kind::Path => (
            "После имени сайта в адресе что-то ещё. Оставьте только начало до первой косой черты.",
            "Something follows the name of the site. Keep only what stands before the slash.",
        ),
        Kind::Query => (
            "В адресе есть параметры после знака вопроса. Оставьте только https:// и имя сайта.",
            "The address has parameters after a question mark. Keep only https:// and the name of the site.",
        ),
        Kind::Fragment => (
            "В адресе есть якорь после знака #. Оставьте только https:// и имя сайта.",
            "The address has an anchor after #. Keep only https:// and the name of the site.",
        ),
        Kind::NoHost => {
            ("В адресе нет имени сайта. Допишите его после https://.", "The address has no name of a site. Add it after https://.")
        }
        Kind::MalformedHost => (
            "«{host}» не может быть именем сайта. Допустимы буквы, цифры, дефис внутри слова и одиночные точки; проверьте опечатки.",
            "{host} cannot be the name of a site. Letters, digits, hyphens inside a word and single dots are allowed; look for a misprint.",
        ),
        Kind::Idn => (
            "Имя сайта записано не латиницей. Если поддержка сообщает об ошибке имени, укажите его в виде Punycode: {host}.",
            "The name of the site is not in Latin letters. If the channel complains about it, write its Punycode form: {host}.",
        ),
        Kind::InvalidIdn => (
            "Имя «{host}» нельзя перевести в Punycode. Проверьте буквы или скопируйте имя из договора с регистратором домена.",
            "The name {host} has no Punycode form. Check its letters, or copy it from the registrar of the domain.",
        ),
        Kind::MixedAlphabets => (
            "В имени «{host}» смешаны русские и латинские буквы, такое имя не зарегистрировать. Наберите его заново в одной раскладке.",
            "The name {host} mixes Cyrillic and Latin letters and cannot be registered so. Type it again in one keyboard layout.",
        ),
        Kind::TrailingDot => (
            "После имени сайта стоит точка. Сотрите её: с ней может не сойтись сертификат.",
            "A dot follows the name of the site. Delete it: the certificate may not match with it.",
        ),
        Kind::NoDots => (
            "«{host}» без точек известно только внутри вашей сети. Укажите полное имя домена, которое открывается из интернета.",
            "{host} without dots is known only inside your network. Give the full domain name that opens from the internet.",
        ),
        Kind::Localhost => (
            "{host} для каждого компьютера означает его самого. Укажите имя, под которым портал виден из интернета.",
            "{host} means to every computer the computer itself. Give the name under which the portal is seen from the internet.",
        ),
        Kind::LocalName => (
            "Имена вроде {host} работают только в локальной сети. Заведите для портала имя в публичном домене и опубликуйте его в интернете.",
            "Names like {host} work in a local network only. Give the portal a name in a public domain and publish it on the internet.",
        ),
        Kind::ReservedName => (
            "{host} – имя для примеров и проверок, такого сайта не бывает. Укажите настоящее имя портала.",
            "{host} is a name for examples and tests; no such site exists. Give the real name of the portal.",
        ),
        Kind::InvalidIpv4 => (
            "«{host}» похоже на IP-адрес, но таких не бывает. Нужны четыре числа от 0 до 255, а лучше имя домена.",
            "{host} looks like an IP address and is none. It takes four numbers from 0 to 255; a domain name is better.",
        ),
        Kind::InvalidIpv6 => (
            "«{host}» не годится как адрес IPv6. Его пишут в квадратных скобках и без имени интерфейса, а лучше укажите имя домена.",
            "{host} will not do as an IPv6 address. It stands in square brackets, without the name of an interface; a domain name is better.",
        ),
        Kind::UnusualIpv4 => (
            "IP-адрес записан необычно, это {host}. Запишите его четырьмя десятичными числами, а лучше укажите имя домена.",
            "The IP address is spelt unusually and means {host}. Write it as four decimal numbers, or better a domain name.",
        ),
        Kind::MappedIpv4 => (
            "Адрес IPv4 записан в виде IPv6, это {host}. Запишите его обычным образом, а лучше укажите имя домена.",
            "An IPv4 address is written as IPv6 and means {host}. Write it the usual way, or better a domain name.",
        ),
        Kind::CompatibleIpv4 => (
            "{host} – отменённая запись IPv4 через IPv6, по ней портал недоступен. Укажите имя домена или обычный адрес.",
            "{host} is an abolished way to write IPv4 as IPv6 and leads nowhere. Give a domain name or a usual address.",
        ),
        Kind::PublicIp => (
            "Указан IP-адрес {host}. Сертификат почти всегда выдают на имя домена: укажите имя, иначе проверка сертификата может не пройти.",
            "The IP address {host} is given. Certificates are nearly always made out to a domain name: give the name, or the certificate may not match.",
        ),
        Kind::Loopback => (
            "{host} для каждого компьютера означает его самого. Укажите адрес, под которым портал виден из интернета.",
            "{host} means to every computer the computer itself. Give the address under which the portal is seen from the internet.",
        ),
        Kind::Private => (
            "{host} – адрес частной сети, из интернета он недоступен. Укажите внешнее имя портала и настройте публикацию на маршрутизаторе.",
            "{host} is an address of a private network and cannot be reached from the internet. Give the outside name of the portal and publish it on the router.",
        ),
        Kind::LinkLocal => (
            "{host} – адрес, который устройство назначило себе само, обычно без связи с DHCP. Укажите внешнее имя портала.",
            "{host} is an address that a device gave itself, mostly for want of DHCP. Give the outside name of the portal.",
        ),
        Kind::CarrierNat => (
            "{host} – адрес за общим NAT провайдера, снаружи он недоступен. Закажите у провайдера внешний адрес.",
            "{host} is an address behind the provider's shared NAT and cannot be reached from outside. Order a public address from the provider.",
        ),
        Kind::UniqueLocal => (
            "{host} – адрес IPv6 для локальной сети. Укажите внешнее имя портала.",
            "{host} is an IPv6 address for a local network. Give the outside name of the portal.",
        ),
        Kind::Unspecified => (
            "{host} не указывает ни на один компьютер. Укажите адрес, под которым портал виден из интернета.",
            "{host} does not lead to any computer. Give the address under which the portal is seen from the internet.",
        ),
        Kind::Documentation => (
            "{host} – адрес для примеров в документации. Подставьте настоящий адрес портала.",
            "{host} is an address for examples in documentation. Put the real address of the portal in.",
        ),
        Kind::Multicast => (
            "{host} – групповой адрес, сайта на нём быть не может. Укажите внешнее имя портала.",
            "{host} is a multicast address and cannot be a site. Give the outside name of the portal.",
        ),
        Kind::Broadcast => (
            "{host} – широковещательный адрес, сайта на нём быть не может. Укажите внешнее имя портала.",
            "{host} is the broadcast address and cannot be a site. Give the outside name of the portal.",
        ),
        Kind::Reserved => (
            "{host} входит в служебный диапазон и в интернете не используется. Укажите внешнее имя портала.",
            "{host} is in a reserved range that the internet does not use. Give the outside name of the portal.",
        ),
    }
}
