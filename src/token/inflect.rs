//! The forms of a Russian word, by rule: what a term in a rule file stands for.
//!
//! A stemmer alone misses one true form in seven («настроить» – «настройте», «ошибка» – «ошибок», «сбросить» – «сброшу»), and verbs,
//! which say what a writer wants, most of all. So each word of a term is spelled out when the policy is compiled. The rules below are those
//! of any school grammar; a form too many does no harm, since nobody writes it.

/// Forms one behind the other in one block: a policy has a hundred thousand.
#[derive(Default)]
pub(crate) struct Forms {
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Forms {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all together.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Adds a form given in parts.
    fn push(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.text.push_str(part));
        self.ends.push(self.text.len() as u32);
    }

    /// Takes the forms from `at` on away.
    fn split_off(&mut self, at: usize) -> Forms {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        let ends = self.ends.split_off(at).into_iter().map(|end| end - start).collect();
        Forms { text: self.text.split_off(start as usize), ends }
    }
}

/// Adds all forms of `word`, itself first, some of them twice; words that are not Russian, or of fewer than `least` letters, have one.
pub(crate) fn forms(word: &str, least: usize, out: &mut Forms) {
    out.push(&[word]);
    if word.chars().count() >= least && super::stem::is_cyrillic(word) && !verb(word, out) {
        nominal(word, out);
    }
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
    let makes = |infinitive: &String| {
        let mut made = Forms::default();
        forms(infinitive, 4, &mut made);
        made.iter().any(|form| form == word)
    };
    tries.filter(makes).collect()
}

/// `ending` replaced, if `word` ends so and at least two letters stay.
fn cut<'a>(word: &'a str, ending: &str) -> Option<&'a str> {
    word.strip_suffix(ending).filter(|base| base.chars().count() >= 2)
}

/// Adds a base, given in parts, with each of some endings; `-` is none.
fn add<const N: usize>(out: &mut Forms, base: [&str; N], endings: &str) {
    for ending in endings.split(' ') {
        base.iter().for_each(|part| out.text.push_str(part));
        out.push(&[if ending == "-" { "" } else { ending }]);
    }
}

const ADJECTIVE: &str = "ый ая ое ые ого ому ым ом ой ую ых ыми";
const SOFT_ADJECTIVE: &str = "ий яя ее ие его ему им ем ей юю их ими";
const MIXED_ADJECTIVE: &str = "ий ая ое ие ого ему ому им ом ой ую их ими его ее ей";

/// Adds the forms of a verb, if the word is one.
fn verb(word: &str, out: &mut Forms) -> bool {
    let (plain, reflexive) = match word.strip_suffix("ся").or_else(|| word.strip_suffix("сь")) {
        Some(plain) => (plain, true),
        None => (word, false),
    };
    let from = out.len();
    if let Some(base) = cut(plain, "овать").or_else(|| cut(plain, "евать")) {
        let (vowel, stem) = if plain.ends_with("овать") { ("у", "ова") } else { ("ю", "ева") };
        add(out, [base, vowel], "ю ешь ет ем ете ют й йте я ющий ющая ющие");
        past(out, [base, stem]);
        add(out, [base, stem, "н"], "- а о ы ный ная ное ные ного ной ную ных");
        // «подозревать», «заболевать» keep their stem.
        add(out, [base, stem], "ю ет ют й йте");
    } else if let Some(base) = cut(plain, "йти") {
        add(out, [base, "йд"], "у ешь ет ем ете ут и ите я");
        add(out, [base], "шел шла шло шли шедший");
        if base.ends_with('и') || base.ends_with('й') {
            add(out, [base], "ду дет дут ди дите");
        }
        if base == "при" {
            add(out, [base], "ду дешь дет дем дете дут ди дите");
        }
    } else if let Some(base) = cut(plain, "сти").or_else(|| cut(plain, "зти")) {
        let z = if plain.ends_with("сти") { "с" } else { "з" };
        for consonant in [z, "д", "т"] {
            add(out, [base, consonant], "у ешь ет ем ете ут и ите я ен ена ено ены енный енная енные");
        }
        add(out, [base, z], "- ла ло ли");
        add(out, [base], "л ла ло ли");
    } else if let Some(base) = cut(plain, "чь") {
        add(out, [base, "г"], "у ут - ла ло ли");
        add(out, [base, "ж"], "ешь ет ем ете и ите");
        add(out, [base, "ги"], "- те");
        add(out, [base, "к"], "у ут - ла ли");
        add(out, [base, "ч"], "ешь ет ем ете");
    } else if let Some(base) = cut(plain, "нуть") {
        add(out, [base, "н"], "у ешь ет ем ете ут и ите ь ьте");
        past(out, [base, "ну"]);
        add(out, [base], "- ла ло ли");
        add(out, [base, "нут"], "- а о ы ый ая ое ые ого ой ых");
    } else if let Some(base) = cut(plain, "ить") {
        second(out, base);
        past(out, [base, "и"]);
    } else if let Some(base) = cut(plain, "еть") {
        add(out, [base, "е"], "ю ешь ет ем ете ют й йте");
        second(out, base);
        past(out, [base, "е"]);
    } else if let Some(base) = cut(plain, "ять").or_else(|| cut(plain, "ать")) {
        let vowel = if plain.ends_with("ять") { "я" } else { "а" };
        add(out, [base, vowel], "ю ешь ет ем ете ют й йте я ющий ющая ющие н на но ны нный нная нное нные нного нной нных");
        past(out, [base, vowel]);
        first_changed(out, base);
        if base.ends_with('д') || base.ends_with('т') {
            add(out, [base, vowel], "м шь ст дим дите дут");
        }
        if let Some(base) = base.strip_suffix('н') {
            // «снять» – сниму, «принять» – приму, «поднять» – подниму, «занять» – займу.
            add(out, [base, "ним"], "у ешь ет ем ете ут и ите");
            add(out, [base, "нят"], "- а о ы ый ая ое ые ого ой ых");
            add(out, [base], "му мешь мет мем мете мут ми мите йму ймет ймут йми ймите");
        }
        if base.ends_with('р') || base.ends_with('л') {
            // «собрать» – соберу, «послать» – пошлю.
            let (head, last) = base.split_at(base.len() - 2);
            for pair in ["ер", "ир"] {
                if last == "р" {
                    add(out, [head, pair], "у ешь ет ем ете ут и ите");
                }
            }
            if let Some(head) = base.strip_suffix("сл") {
                add(out, [head, "шл"], "ю ешь ет ем ете ют и ите");
            }
        }
        if vowel == "я" || base.ends_with(['ж', 'ч', 'ш', 'щ']) {
            second(out, base);
        }
    } else if let Some(base) = cut(plain, "ыть") {
        add(out, [base, "о"], "ю ешь ет ем ете ют й йте");
        add(out, [base, "ы"], "т та то ты тый тая тое тые");
        past(out, [base, "ы"]);
        add(out, [base, "у"], "ду дет дут дь дьте");
    } else {
        return false;
    }
    if reflexive {
        for form in out.split_off(from).iter() {
            out.push(&[form, "ся"]);
            out.push(&[form, "сь"]);
        }
    } else if plain.ends_with("ть") || plain.ends_with("ти") {
        // «установить» also stands for «установится», «установилась»: what is to be done to the thing.
        const PASSIVE: &[&str] = &["ет", "ит", "ут", "ют", "ят", "ат", "ил", "ал", "ел", "ла", "ло", "ли"];
        let mut form = String::new();
        for at in from..out.len() {
            form.clear();
            form.push_str(out.get(at));
            if PASSIVE.iter().any(|ending| form.ends_with(ending)) {
                out.push(&[&form, if form.ends_with(['о', 'и', 'а']) { "сь" } else { "ся" }]);
            }
        }
    }
    true
}

fn past<const N: usize>(out: &mut Forms, base: [&str; N]) {
    add(out, base, "л ла ло ли в вший вшая вшие вшего вшей вших");
}

/// «поставить»: поставлю, поставит, поставьте, поставлен.
fn second(out: &mut Forms, base: &str) {
    add(out, [base], "ю у ишь ит им ите ят ат и ь ьте я а ящий ящая ящие");
    if base.ends_with(['а', 'е', 'о', 'у', 'и', 'я']) {
        add(out, [base], "й йте");
    }
    let (head, changes) = changes(base);
    for changed in changes {
        add(out, [head, changed], "ю у ен ена ено ены енный енная енное енные енного енной енных енному енную");
    }
    add(out, [base], "ен ена ено ены енный енная енное енные енного енной енных");
}

/// «писать»: пишу, пишет, напишите.
fn first_changed(out: &mut Forms, base: &str) {
    let (head, changes) = changes(base);
    for changed in changes {
        add(out, [head, changed], "у ю ешь ет ем ете ут ют и ите ь ьте");
    }
}

/// The base without its last consonant, and what that changes to before some endings.
fn changes(base: &str) -> (&str, &'static [&'static str]) {
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
    found.map_or((base, &[]), |(end, to)| (&base[..base.len() - end.len()], *to))
}

fn nominal(word: &str, out: &mut Forms) {
    if let Some(base) = cut(word, "ый").or_else(|| cut(word, "ой")) {
        add(out, [base], ADJECTIVE);
        add(out, [base], "- а о ы ее");
        if let Some(base) = base.strip_suffix('н') {
            add(out, [base], "ен");
        }
        if word.ends_with("ой") && base.ends_with(['к', 'г', 'х', 'ш', 'ж', 'ч', 'щ']) {
            add(out, [base], MIXED_ADJECTIVE);
        }
    } else if let Some(base) = cut(word, "ий") {
        add(out, [base], MIXED_ADJECTIVE);
        add(out, [base], SOFT_ADJECTIVE);
        add(out, [base], "я ю ем и ев ям ями ях");
    } else if let Some(base) = cut(word, "ые").or_else(|| cut(word, "ая")) {
        add(out, [base], ADJECTIVE);
    } else if let Some(base) = cut(word, "ия") {
        add(out, [base], "ии ию ией ий иям иями иях");
    } else if let Some(base) = cut(word, "ие").or_else(|| cut(word, "ье")) {
        let i = if word.ends_with("ие") { "и" } else { "ь" };
        add(out, [base, i], "я ю ем и й ям ями ях е");
        add(out, [base, "ий"], "-");
    } else if let Some(base) = cut(word, "ка") {
        add(out, [base, "к"], "и е у ой ам ами ах");
        let base_without = base.trim_end_matches(['ь', 'й']);
        add(out, [base_without], "ек");
        add(out, [base], "ок ек");
    } else if let Some(base) = cut(word, "а") {
        add(out, [base], "ы и е у ой ей - ам ами ах");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "я") {
        add(out, [base], "и е ю ей ь й ям ями ях");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "ок") {
        add(out, [base, "к"], "а у ом е и ов ам ами ах");
        add(out, [base, "ок"], "а у ом е и ов ам ами ах");
    } else if let Some(base) = cut(word, "ек") {
        add(out, [base, "к"], "а у ом е и ов ам ами ах");
        add(out, [base, "ьк"], "а у ом е и ов ам ами ах");
        add(out, [base, "ек"], "а у ом е и ов ам ами ах");
    } else if let Some(base) = cut(word, "ец") {
        add(out, [base, "ц"], "а у ем ом е ы ев ов ам ами ах");
        add(out, [base, "йц"], "а у ем е ы ев ам ами ах");
        add(out, [base, "ец"], "а у ом е ы ов ам ами ах");
    } else if let Some(base) = word.strip_suffix("ень").filter(|base| !base.is_empty()) {
        add(out, [base, "н"], "я ю ем е и ей ям ями ях");
        add(out, [base, "ен"], "и ей ью ям ями ях");
    } else if let Some(base) = cut(word, "ь") {
        add(out, [base], "я ю ем е и ей ью ям ями ях ев");
    } else if let Some(base) = cut(word, "й") {
        add(out, [base], "я ю ем е и ев ям ями ях");
    } else if let Some(base) = cut(word, "о") {
        add(out, [base], "а у ом е - ам ами ах");
        fleeting_genitive(base, out);
    } else if let Some(base) = cut(word, "е") {
        add(out, [base], "а у ем - ам ами ах я ю и ей ям ями ях");
    } else if cut(word, "ы").or_else(|| cut(word, "и")).is_some() {
        let base = &word[..word.len() - 2];
        add(out, [base], "- ов ев ей ам ям ами ями ах ях а я е у ой");
    } else if !word.ends_with(['у', 'ю', 'э']) {
        add(out, [word], "а у ом ем е ы и ов ев ей ам ами ах");
    }
}

/// «лицензия» has none, but «папка» – папок, «окно» – окон, «письмо» – писем.
fn fleeting_genitive(base: &str, out: &mut Forms) {
    let mut letters = base.char_indices().rev();
    let (Some((at, last)), Some((head, before))) = (letters.next(), letters.next()) else { return };
    let vowel = |c| matches!(c, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я');
    if vowel(last) || vowel(before) {
        return;
    }
    if before == 'ь' || before == 'й' {
        out.push(&[&base[..head], "е", &base[at..]]);
    } else {
        out.push(&[&base[..at], "о", &base[at..]]);
        out.push(&[&base[..at], "е", &base[at..]]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(word: &str) -> Vec<String> {
        let mut out = Forms::default();
        forms(word, 4, &mut out);
        out.iter().map(str::to_string).collect()
    }

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
            let got = spelled(word);
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
            assert_eq!(spelled(word), [word]);
        }
    }
}
