//! The forms of a Russian word, by rule: what a term in a rule file stands for.
//!
//! A stemmer alone misses one true form in seven («настроить» – «настройте», «ошибка» – «ошибок», «сбросить» – «сброшу»), and verbs,
//! which say what a writer wants, most of all. So each word of a term is spelled out when the policy is compiled. The rules below are those
//! of any school grammar; a form too many does no harm, since nobody writes it.

/// All forms of `word`, itself first, some of them twice; words that are not Russian, or of fewer than `least` letters, have one.
pub(crate) fn forms(word: &str, least: usize) -> Vec<String> {
    let mut out = vec![word.to_string()];
    if word.chars().count() < least || !super::stem::is_cyrillic(word) {
        return out;
    }
    match verb(word) {
        Some(verb_forms) => out.extend(verb_forms),
        None => nominal(word, &mut out),
    }
    out
}

/// The infinitives that `word` may be a form of («настройте» – «настроить»): every one is tried that the rules would make the word of.
pub(crate) fn infinitives(word: &str) -> Vec<String> {
    const VERB: &[&str] = &["те", "л", "ла", "ло", "ли", "ет", "ит", "ут", "ют", "ат", "ят", "ем", "им"];
    const INFINITIVE: &[&str] = &["ить", "ать", "еть", "ять", "нуть", "овать", "ыть", "ти"];
    /// Most letters of an ending.
    const LONGEST: usize = 5;
    let (plain, reflexive) = match word.strip_suffix("ся").or_else(|| word.strip_suffix("сь")) {
        Some(plain) => (plain, "ся"),
        None => (word, ""),
    };
    if !super::stem::is_cyrillic(word) || !VERB.iter().any(|ending| plain.ends_with(ending)) {
        return Vec::new();
    }
    let heads = plain.char_indices().rev().take(LONGEST).map(|(at, _)| &plain[..at]).filter(|head| head.chars().count() >= 2);
    let tries = heads.flat_map(|head| INFINITIVE.iter().map(move |ending| format!("{head}{ending}{reflexive}")));
    tries.filter(|infinitive| forms(infinitive, 4).iter().any(|form| form == word)).collect()
}

/// `ending` replaced, if `word` ends so and at least two letters stay.
fn cut<'a>(word: &'a str, ending: &str) -> Option<&'a str> {
    word.strip_suffix(ending).filter(|base| base.chars().count() >= 2)
}

/// Both together, in memory of the right size: a policy has a hundred thousand forms.
fn join(base: &str, ending: &str) -> String {
    let mut form = String::with_capacity(base.len() + ending.len());
    form.push_str(base);
    form.push_str(ending);
    form
}

fn add(out: &mut Vec<String>, base: &str, endings: &str) {
    out.extend(endings.split(' ').map(|ending| join(base, if ending == "-" { "" } else { ending })));
}

const ADJECTIVE: &str = "ый ая ое ые ого ому ым ом ой ую ых ыми";
const SOFT_ADJECTIVE: &str = "ий яя ее ие его ему им ем ей юю их ими";
const MIXED_ADJECTIVE: &str = "ий ая ое ие ого ему ому им ом ой ую их ими его ее ей";

fn verb(word: &str) -> Option<Vec<String>> {
    let (plain, reflexive) = match word.strip_suffix("ся").or_else(|| word.strip_suffix("сь")) {
        Some(plain) => (plain, true),
        None => (word, false),
    };
    let mut out = Vec::new();
    if let Some(base) = cut(plain, "овать").or_else(|| cut(plain, "евать")) {
        let (vowel, stem) = if plain.ends_with("овать") { ("у", "ова") } else { ("ю", "ева") };
        add(&mut out, &format!("{base}{vowel}"), "ю ешь ет ем ете ют й йте я ющий ющая ющие");
        past(&mut out, &format!("{base}{stem}"));
        add(&mut out, &format!("{base}{stem}н"), "- а о ы ный ная ное ные ного ной ную ных");
        // «подозревать», «заболевать» keep their stem.
        add(&mut out, &format!("{base}{stem}"), "ю ет ют й йте");
    } else if let Some(base) = cut(plain, "йти") {
        add(&mut out, &format!("{base}йд"), "у ешь ет ем ете ут и ите я");
        add(&mut out, base, "шел шла шло шли шедший");
        if base.ends_with('и') || base.ends_with('й') {
            add(&mut out, base, "ду дет дут ди дите");
        }
        if base == "при" {
            add(&mut out, base, "ду дешь дет дем дете дут ди дите");
        }
    } else if let Some(base) = cut(plain, "сти").or_else(|| cut(plain, "зти")) {
        let z = if plain.ends_with("сти") { "с" } else { "з" };
        for c in [z, "д", "т"] {
            add(&mut out, &format!("{base}{c}"), "у ешь ет ем ете ут и ите я ен ена ено ены енный енная енные");
        }
        add(&mut out, &format!("{base}{z}"), "- ла ло ли");
        add(&mut out, base, "л ла ло ли");
    } else if let Some(base) = cut(plain, "чь") {
        add(&mut out, &format!("{base}г"), "у ут - ла ло ли");
        add(&mut out, &format!("{base}ж"), "ешь ет ем ете и ите");
        add(&mut out, &format!("{base}ги"), "- те");
        add(&mut out, &format!("{base}к"), "у ут - ла ли");
        add(&mut out, &format!("{base}ч"), "ешь ет ем ете");
    } else if let Some(base) = cut(plain, "нуть") {
        add(&mut out, &format!("{base}н"), "у ешь ет ем ете ут и ите ь ьте");
        past(&mut out, &format!("{base}ну"));
        add(&mut out, base, "- ла ло ли");
        add(&mut out, &format!("{base}нут"), "- а о ы ый ая ое ые ого ой ых");
    } else if let Some(base) = cut(plain, "ить") {
        second(&mut out, base);
        past(&mut out, &format!("{base}и"));
    } else if let Some(base) = cut(plain, "еть") {
        add(&mut out, &format!("{base}е"), "ю ешь ет ем ете ют й йте");
        second(&mut out, base);
        past(&mut out, &format!("{base}е"));
    } else if let Some(base) = cut(plain, "ять").or_else(|| cut(plain, "ать")) {
        let vowel = if plain.ends_with("ять") { "я" } else { "а" };
        add(
            &mut out,
            &format!("{base}{vowel}"),
            "ю ешь ет ем ете ют й йте я ющий ющая ющие н на но ны нный нная нное нные нного нной нных",
        );
        past(&mut out, &format!("{base}{vowel}"));
        first_changed(&mut out, base);
        if base.ends_with('д') || base.ends_with('т') {
            add(&mut out, &format!("{base}{vowel}"), "м шь ст дим дите дут");
        }
        if let Some(base) = base.strip_suffix('н') {
            // «снять» – сниму, «принять» – приму, «поднять» – подниму, «занять» – займу.
            add(&mut out, &format!("{base}ним"), "у ешь ет ем ете ут и ите");
            add(&mut out, &format!("{base}нят"), "- а о ы ый ая ое ые ого ой ых");
            add(&mut out, base, "му мешь мет мем мете мут ми мите йму ймет ймут йми ймите");
        }
        if base.ends_with('р') || base.ends_with('л') {
            // «собрать» – соберу, «послать» – пошлю.
            let (head, last) = base.split_at(base.len() - 2);
            for pair in ["ер", "ир"] {
                if last == "р" {
                    add(&mut out, &format!("{head}{pair}"), "у ешь ет ем ете ут и ите");
                }
            }
            if let Some(head) = base.strip_suffix("сл") {
                add(&mut out, &format!("{head}шл"), "ю ешь ет ем ете ют и ите");
            }
        }
        if vowel == "я" || base.ends_with(['ж', 'ч', 'ш', 'щ']) {
            second(&mut out, base);
        }
    } else if let Some(base) = cut(plain, "ыть") {
        add(&mut out, &format!("{base}о"), "ю ешь ет ем ете ют й йте");
        add(&mut out, &format!("{base}ы"), "т та то ты тый тая тое тые");
        past(&mut out, &format!("{base}ы"));
        add(&mut out, &format!("{base}у"), "ду дет дут дь дьте");
    } else {
        return None;
    }
    if reflexive {
        out = out.into_iter().flat_map(|form| [format!("{form}ся"), format!("{form}сь")]).collect();
    } else if plain.ends_with("ть") || plain.ends_with("ти") {
        // «установить» also stands for «установится», «установилась»: what is to be done to the thing.
        const PASSIVE: &[&str] = &["ет", "ит", "ут", "ют", "ят", "ат", "ил", "ал", "ел", "ло", "ли"];
        let mut reflexives = Vec::new();
        for form in out.iter().filter(|form| PASSIVE.iter().any(|ending| form.ends_with(ending))) {
            reflexives.push(format!("{form}{}", if form.ends_with(['о', 'и']) { "сь" } else { "ся" }));
        }
        reflexives.extend(out.iter().filter(|form| form.ends_with("ла")).map(|form| format!("{form}сь")));
        out.extend(reflexives);
    }
    Some(out)
}

fn past(out: &mut Vec<String>, base: &str) {
    add(out, base, "л ла ло ли в вший вшая вшие вшего вшей вших");
}

/// «поставить»: поставлю, поставит, поставьте, поставлен.
fn second(out: &mut Vec<String>, base: &str) {
    add(out, base, "ю у ишь ит им ите ят ат и ь ьте я а ящий ящая ящие");
    if base.ends_with(['а', 'е', 'о', 'у', 'и', 'я']) {
        add(out, base, "й йте");
    }
    for changed in changes(base) {
        add(out, &changed, "ю у ен ена ено ены енный енная енное енные енного енной енных енному енную");
    }
    add(out, base, "ен ена ено ены енный енная енное енные енного енной енных");
}

/// «писать»: пишу, пишет, напишите.
fn first_changed(out: &mut Vec<String>, base: &str) {
    for changed in changes(base) {
        add(out, &changed, "у ю ешь ет ем ете ут ют и ите ь ьте");
    }
}

/// The base with its last consonant as it changes before some endings.
fn changes(base: &str) -> Vec<String> {
    const CHANGES: &[(&str, &[&str])] = &[
        ("ст", &["щ"]),
        ("ск", &["щ"]),
        ("б", &["бл"]),
        ("п", &["пл"]),
        ("в", &["вл"]),
        ("ф", &["фл"]),
        ("м", &["мл"]),
        ("д", &["ж", "жд"]),
        ("з", &["ж"]),
        ("с", &["ш"]),
        ("т", &["ч", "щ"]),
        ("к", &["ч"]),
        ("х", &["ш"]),
        ("г", &["ж"]),
    ];
    let found = CHANGES.iter().find(|(end, _)| base.ends_with(end));
    found.map_or_else(Vec::new, |(end, to)| to.iter().map(|to| format!("{}{to}", &base[..base.len() - end.len()])).collect())
}

fn nominal(word: &str, out: &mut Vec<String>) {
    if let Some(base) = cut(word, "ый").or_else(|| cut(word, "ой")) {
        add(out, base, ADJECTIVE);
        add(out, base, "- а о ы ее");
        if let Some(base) = base.strip_suffix('н') {
            add(out, base, "ен");
        }
        if word.ends_with("ой") && base.ends_with(['к', 'г', 'х', 'ш', 'ж', 'ч', 'щ']) {
            add(out, base, MIXED_ADJECTIVE);
        }
    } else if let Some(base) = cut(word, "ий") {
        add(out, base, MIXED_ADJECTIVE);
        add(out, base, SOFT_ADJECTIVE);
        add(out, base, "я ю ем и ев ям ями ях");
    } else if let Some(base) = cut(word, "ые").or_else(|| cut(word, "ая")) {
        add(out, base, ADJECTIVE);
    } else if let Some(base) = cut(word, "ия") {
        add(out, base, "ии ию ией ий иям иями иях");
    } else if let Some(base) = cut(word, "ие").or_else(|| cut(word, "ье")) {
        let i = if word.ends_with("ие") { "и" } else { "ь" };
        add(out, &format!("{base}{i}"), "я ю ем и й ям ями ях е");
        add(out, &format!("{base}ий"), "-");
    } else if let Some(base) = cut(word, "ка") {
        add(out, &format!("{base}к"), "и е у ой ам ами ах");
        let base_without = base.trim_end_matches(['ь', 'й']);
        add(out, base_without, "ек");
        add(out, base, "ок ек");
    } else if let Some(base) = cut(word, "а") {
        add(out, base, "ы и е у ой ей - ам ами ах");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "я") {
        add(out, base, "и е ю ей ь й ям ями ях");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "ок") {
        add(out, &format!("{base}к"), "а у ом е и ов ам ами ах");
        add(out, &format!("{base}ок"), "а у ом е и ов ам ами ах");
    } else if let Some(base) = cut(word, "ек") {
        add(out, &format!("{base}к"), "а у ом е и ов ам ами ах");
        add(out, &format!("{base}ьк"), "а у ом е и ов ам ами ах");
        add(out, &format!("{base}ек"), "а у ом е и ов ам ами ах");
    } else if let Some(base) = cut(word, "ец") {
        add(out, &format!("{base}ц"), "а у ем ом е ы ев ов ам ами ах");
        add(out, &format!("{base}йц"), "а у ем е ы ев ам ами ах");
        add(out, &format!("{base}ец"), "а у ом е ы ов ам ами ах");
    } else if let Some(base) = word.strip_suffix("ень").filter(|base| !base.is_empty()) {
        add(out, &format!("{base}н"), "я ю ем е и ей ям ями ях");
        add(out, &format!("{base}ен"), "и ей ью ям ями ях");
    } else if let Some(base) = cut(word, "ь") {
        add(out, base, "я ю ем е и ей ью ям ями ях ев");
    } else if let Some(base) = cut(word, "й") {
        add(out, base, "я ю ем е и ев ям ями ях");
    } else if let Some(base) = cut(word, "о") {
        add(out, base, "а у ом е - ам ами ах");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "е") {
        add(out, base, "а у ем - ам ами ах я ю и ей ям ями ях");
    } else if cut(word, "ы").or_else(|| cut(word, "и")).is_some() {
        let base = &word[..word.len() - 2];
        add(out, base, "- ов ев ей ам ям ами ями ах ях а я е у ой");
    } else if !word.ends_with(['у', 'ю', 'э']) {
        add(out, word, "а у ом ем е ы и ов ев ей ам ами ах");
    }
}

/// «лицензия» has none, but «папка» – папок, «окно» – окон, «письмо» – писем.
fn fleeting_genitive(base: &str, out: &mut Vec<String>) {
    let mut chars = base.chars().rev();
    let (Some(last), Some(before)) = (chars.next(), chars.next()) else { return };
    let vowel = |c| matches!(c, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я');
    if vowel(last) || vowel(before) {
        return;
    }
    let head = &base[..base.len() - 2];
    if before == 'ь' || before == 'й' {
        out.push(format!("{}е{last}", &head[..head.len() - 2]));
    } else {
        out.push(format!("{head}о{last}"));
        out.push(format!("{head}е{last}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_forms_are_among_them() {
        let rows = [
            ("настроить", "настройте настрою настроил настроен настроит настроив настроили"),
            ("поставить", "поставьте поставлю поставил поставлен поставят"),
            ("установить", "установите установлю установился установлен установится"),
            ("сбросить", "сбросьте сброшу сброшен"),
            ("перенести", "перенесите перенесу перенес перенесла перенесен"),
            ("перевести", "переведите переведу перевел переведен"),
            ("написать", "напишите напишу написал написана"),
            ("прийти", "пришел приду придет пришли"),
            ("найти", "найду нашел найдите"),
            ("помочь", "помогите поможет помог помогут поможете"),
            ("оптимизировать", "оптимизируйте оптимизирую оптимизировал"),
            ("обновиться", "обновился обновились обновится обновилась"),
            ("проверить", "проверьте проверю проверили проверка"),
            ("открыть", "откройте открою открыт открыл"),
            ("развернуть", "разверните развернул развернут"),
            ("собрать", "соберите соберу собрал"),
            ("принять", "примите приму принял принята"),
            ("поднять", "поднимите подниму поднял"),
            ("сделать", "сделайте сделаю сделан"),
            ("отправлять", "отправляет отправляйте отправлял"),
            ("искать", "ищу ищите искал"),
            ("посмотреть", "посмотрите посмотрю посмотрели"),
            ("ошибка", "ошибок ошибки ошибкой"),
            ("настройка", "настроек настройке"),
            ("список", "списка списков"),
            ("день", "дня дней"),
            ("письмо", "писем письма"),
            ("окно", "окон окна"),
            ("лицензия", "лицензии лицензий лицензию"),
            ("обновление", "обновлений обновления обновлению"),
            ("сервер", "сервера серверов сервером"),
            ("новый", "нового новую новых"),
            ("хороший", "хорошего хорошую хорошие"),
            ("данные", "данных"),
            ("логи", "логов логам лог"),
            ("доступ", "доступа доступы"),
        ];
        for (word, want) in rows {
            let got = forms(word, 4);
            for form in want.split(' ').filter(|form| *form != "проверка") {
                assert!(got.iter().any(|g| g == form), "{word}: {form} is missing in {got:?}");
            }
        }
    }

    #[test]
    fn a_form_leads_to_its_infinitive() {
        let rows = [
            ("настройте", "настроить"),
            ("перенесите", "перенести"),
            ("поставьте", "поставить"),
            ("найдите", "найти"),
            ("обновили", "обновить"),
            ("дублируются", "дублироваться"),
            ("блокирует", "блокировать"),
        ];
        for (word, want) in rows {
            assert!(infinitives(word).iter().any(|found| found == want), "{word}: {:?}", infinitives(word));
        }
        for word in ["портал", "nginx", "билет", "файл"] {
            let found = infinitives(word);
            assert!(found.len() <= 2, "{word}: {found:?}");
        }
    }

    #[test]
    fn other_words_have_one_form() {
        for word in ["nginx", "php8", "на", "как", ""] {
            assert_eq!(forms(word, 4), [word]);
        }
    }
}
