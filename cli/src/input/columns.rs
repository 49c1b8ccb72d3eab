//! Which column is what: the names that help desks give to subject, text, id, date and author, in Russian and English.

use crate::Failure;

/// What the user said about the columns.
#[derive(Clone, Default, Debug)]
pub(crate) struct Columns {
    pub(crate) text: Vec<String>,
    pub(crate) id: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) author: Option<String>,
    /// Columns that hold facts about the client.
    pub(crate) facts: Vec<String>,
}

/// What a column is for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Role {
    Subject,
    Body,
    Id,
    Date,
    Author,
}

/// The columns in use, by position.
#[derive(Clone, Default, Debug, PartialEq)]
pub(crate) struct Roles {
    /// Subject and text, in the order they are joined.
    pub(crate) text: Vec<usize>,
    pub(crate) id: Option<usize>,
    pub(crate) date: Option<usize>,
    pub(crate) author: Option<usize>,
    /// In the order of [`Columns::facts`].
    pub(crate) facts: Vec<usize>,
    /// The text column was found by its cells, not by its name.
    pub(crate) guessed: bool,
}

/// A table's header and what its columns are for.
#[derive(Clone, Default, Debug)]
pub(crate) struct Layout {
    pub(crate) headers: Vec<String>,
    pub(crate) roles: Roles,
}

/// Names, best first: a table that has several is read by the first of the list.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Subject,
        &[
            "тема",
            "тема обращения",
            "тема заявки",
            "тема письма",
            "тема сообщения",
            "заголовок",
            "subject",
            "raw subject",
            "ticket subject",
            "title",
            "summary",
            "название",
            "название лида",
            "название сделки",
            "название обращения",
            "название задачи",
            "краткое описание",
            "заголовок обращения",
        ],
    ),
    (
        Role::Body,
        &[
            "текст обращения",
            "текст сообщения",
            "текст заявки",
            "текст",
            "сообщение",
            "обращение",
            "вопрос",
            "текст вопроса",
            "описание",
            "описание проблемы",
            "описание заявки",
            "содержание",
            "содержимое",
            "тело",
            "тело письма",
            "проблема",
            "суть обращения",
            "жалоба",
            "комментарий",
            "комментарии",
            "text",
            "body",
            "description",
            "message",
            "content",
            "question",
            "comment",
            "comments",
            "request",
            "ticket",
            "ticket text",
            "issue",
            "problem",
        ],
    ),
    (
        Role::Id,
        &[
            "id",
            "ид",
            "код",
            "№",
            "#",
            "номер",
            "номер обращения",
            "номер заявки",
            "номер тикета",
            "№ обращения",
            "№ заявки",
            "id обращения",
            "id тикета",
            "number",
            "ticket#",
            "ticket number",
            "ticketnumber",
            "ticket id",
            "ticketid",
            "issue key",
            "key",
            "case number",
            "case id",
            "tn",
        ],
    ),
    (
        Role::Date,
        &[
            "дата создания",
            "создано",
            "создан",
            "создана",
            "дата обращения",
            "дата заявки",
            "дата",
            "дата и время",
            "дата поступления",
            "дата регистрации",
            "created",
            "created at",
            "created time",
            "date create",
            "date created",
            "createdate",
            "creation date",
            "date",
            "opened",
            "opened at",
        ],
    ),
    (
        Role::Author,
        &[
            "автор",
            "клиент",
            "контакт",
            "заявитель",
            "от кого",
            "отправитель",
            "пользователь",
            "кем создан",
            "инициатор",
            "requester",
            "requester name",
            "from",
            "customer",
            "customerid",
            "reporter",
            "author",
            "sender",
            "owner sid",
            "user",
            "requester id",
        ],
    ),
];

/// Beginnings of words that tell a column's role when its name is none of the above: «Что случилось (описание)», «Ticket description».
const STEMS: &[(Role, &[&str])] = &[
    (
        Role::Body,
        &[
            "текст",
            "сообщени",
            "обращени",
            "вопрос",
            "описани",
            "содержан",
            "проблем",
            "комментари",
            "descript",
            "message",
            "content",
            "question",
        ],
    ),
    (Role::Subject, &["тема", "темы", "заголов", "subject", "title", "summary"]),
];
/// Words that speak against it: «Дата обращения», «Статус сообщения», «Номер темы».
const NOT_TEXT: &[&str] = &[
    "дата",
    "время",
    "номер",
    "№",
    "id",
    "статус",
    "тип",
    "вид",
    "категори",
    "приоритет",
    "источник",
    "канал",
    "автор",
    "количеств",
    "кол",
    "число",
    "код",
    "ответ",
    "решени",
    "date",
    "time",
    "status",
    "type",
    "category",
    "priority",
    "count",
    "number",
    "answer",
    "format",
    "author",
    "reply",
];

/// The role of a column by its name, and how good the name is (smaller is better).
pub(crate) fn role_of(name: &str) -> Option<(Role, usize)> {
    let name = fold(name);
    let exact = NAMES.iter().find_map(|(role, names)| names.iter().position(|known| *known == name).map(|rank| (*role, rank)));
    exact.or_else(|| {
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && c != '№').filter(|word| !word.is_empty()).collect();
        if words.len() > 8
            || words.iter().any(|word| NOT_TEXT.iter().any(|not| word == not || not.chars().count() > 4 && word.starts_with(not)))
        {
            return None;
        }
        let told = |stems: &[&str]| stems.iter().position(|stem| words.iter().any(|word| word.starts_with(stem)));
        STEMS.iter().find_map(|(role, stems)| told(stems).map(|rank| (*role, 100 + rank)))
    })
}

/// A name without what exports vary in: case, ё, BOM, no-break spaces, underscores, a colon or a star at the end.
pub(crate) fn fold(name: &str) -> String {
    let name: String = name
        .trim_start_matches('\u{FEFF}')
        .chars()
        .map(|c| match c {
            'ё' | 'Ё' => 'е',
            '_' | '\u{A0}' | '\t' | '\n' | '\r' => ' ',
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    name.trim_matches([' ', ':', '*', '"']).split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn position(headers: &[String], name: &str) -> Option<usize> {
    let exact = headers.iter().position(|header| header.trim() == name.trim());
    exact.or_else(|| headers.iter().position(|header| fold(header) == fold(name)))
}

/// The roles of columns by their names alone.
pub(crate) fn by_name<S: AsRef<str>>(headers: &[S]) -> Roles {
    let told: Vec<Option<(Role, usize)>> = headers.iter().map(|header| role_of(header.as_ref())).collect();
    let best = |role: Role| {
        let of = told.iter().enumerate().filter_map(|(at, told)| told.filter(|told| told.0 == role).map(|told| (told.1, at)));
        of.min().map(|(_, at)| at)
    };
    Roles {
        text: [best(Role::Subject), best(Role::Body)].into_iter().flatten().collect(),
        id: best(Role::Id),
        date: best(Role::Date),
        author: best(Role::Author),
        ..Roles::default()
    }
}

/// The roles of a table's columns: what the user said, then the names, then, for the text, the cells of the first rows.
pub(crate) fn roles(file: &str, headers: &[String], wanted: &Columns, cells: &dyn Fn(usize) -> Option<f64>) -> Result<Roles, Failure> {
    let mut roles = by_name(headers);
    let find = |name: &String| {
        let by_number = || name.trim().parse::<usize>().ok().filter(|number| (1..=headers.len()).contains(number)).map(|number| number - 1);
        position(headers, name)
            .or_else(by_number)
            .ok_or_else(|| Failure(format!("{file} has no column \"{name}\"; it has: {}", listed(headers))))
    };
    if !wanted.text.is_empty() {
        roles.text = wanted.text.iter().map(find).collect::<Result<_, _>>()?;
    }
    roles.facts = wanted.facts.iter().map(find).collect::<Result<_, _>>()?;
    for (said, role) in [(&wanted.id, &mut roles.id), (&wanted.date, &mut roles.date), (&wanted.author, &mut roles.author)] {
        if let Some(name) = said {
            *role = Some(find(name)?);
        }
    }
    if roles.text.is_empty() {
        let prose = (0..headers.len()).filter_map(|at| cells(at).map(|length| (length, at)));
        if let Some((_, at)) = prose.max_by(|a, b| a.0.total_cmp(&b.0)) {
            roles.text = vec![at];
            roles.guessed = true;
        }
    }
    if roles.text.is_empty() {
        return Err(Failure(format!(
            "cannot tell which column of {file} holds the text; say so with --text NAME (or its number). It has: {}",
            listed(headers)
        )));
    }
    Ok(roles)
}

/// How much a column reads like prose: the mean length of its Russian cells, if most of them are sentences.
pub(crate) fn prose<'a>(cells: impl Iterator<Item = &'a str>) -> Option<f64> {
    let (mut rows, mut sentences, mut letters) = (0usize, 0usize, 0usize);
    for cell in cells.filter(|cell| !cell.trim().is_empty()) {
        rows += 1;
        let russian = cell.chars().filter(|c| matches!(c, 'а'..='я' | 'А'..='Я')).count();
        letters += russian;
        sentences += usize::from(russian >= 12 && cell.split_whitespace().count() >= 3);
    }
    (rows > 0 && sentences * 2 >= rows).then(|| letters as f64 / rows as f64)
}

/// The names of columns for a message, at most forty.
pub(crate) fn listed(headers: &[String]) -> String {
    let shown: Vec<String> = headers.iter().take(40).map(|name| crate::style::safe(name).chars().take(60).collect()).collect();
    let more = if headers.len() > 40 { format!(" and {} more", headers.len() - 40) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_help_desks() {
        let rows: &[(&str, &str)] = &[
            ("ID|Название лида|Дата создания|Комментарий|Контакт", "1,3 id 0 date 2 author 4"),
            ("№|Тема|Текст обращения|Создано|Заявитель", "1,2 id 0 date 3 author 4"),
            ("Номер|Вопрос|Статус вопроса", "1 id 0"),
            ("Ticket Number|Subject|Body|Created|From", "1,2 id 0 date 3 author 4"),
            ("Issue key|Summary|Description|Created|Reporter", "1,2 id 0 date 3 author 4"),
            ("case_number|subject|content|created_at", "1,2 id 0 date 3"),
            ("#|Title|State|Created At|Customer", "1 id 0 date 3 author 4"),
            ("ТЕМА:|Сообщение *", "0,1"),
            ("Дата обращения|Статус сообщения|Что случилось (описание)", "2 date 0"),
            ("a|b", ""),
        ];
        for (headers, want) in rows {
            let headers: Vec<&str> = headers.split('|').collect();
            let roles = by_name(&headers);
            let mut got = roles.text.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
            for (name, at) in [("id", roles.id), ("date", roles.date), ("author", roles.author)] {
                if let Some(at) = at {
                    got += &format!(" {name} {at}");
                }
            }
            assert_eq!(got.trim(), *want, "{headers:?}");
        }
    }

    #[test]
    fn every_name_is_folded_and_has_one_role() {
        let mut seen = std::collections::HashMap::new();
        for (role, names) in NAMES {
            for name in *names {
                assert_eq!(fold(name), *name);
                assert_eq!(seen.insert(*name, *role), None, "{name} has two roles");
            }
        }
    }

    #[test]
    fn cells_tell_the_text_where_names_do_not() {
        let table = [["1", "Не работает почта на портале", "ok"], ["2", "Как обновить портал до новой версии", "нет"]];
        let headers: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        let cells = |at: usize| prose(table.iter().map(|row| row[at]));
        let roles = roles("t.csv", &headers, &Columns::default(), &cells).ok();
        assert_eq!(roles.map(|roles| (roles.text, roles.guessed)), Some((vec![1], true)));
    }
}
