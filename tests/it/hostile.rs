//! Tickets that want to break something: there is always a decision, and its spans are sound.

use support_triage::limits::TICKET_BYTES;
use support_triage::{Classifier, Decision, Scratch, Verdict};

fn sound(ticket: &str, decision: &Decision) {
    for evidence in decision.evidence() {
        let part = ticket.get(evidence.span().range());
        assert!(part.is_some_and(|part| !part.is_empty()), "{:?} is no part of the ticket", evidence.span());
    }
    assert!((0.0..=1.0).contains(&decision.confidence()));
    assert_eq!(decision.topic().is_none(), decision.verdict() == Verdict::Undetermined);
}

fn hostile() -> Vec<(&'static str, String)> {
    vec![
        ("empty", String::new()),
        ("blanks", " \n\t\r ".repeat(1000)),
        ("NUL", "портал\0тормозит\0\0".repeat(100)),
        ("emoji", "🙈🙏🐢👨‍👩‍👧‍👦".repeat(1000)),
        ("right to left", "\u{202E}портал не работает\u{202C} مرحبا שלום".repeat(50)),
        ("combining marks", format!("п{}ортал", "\u{301}".repeat(100_000))),
        ("zalgo", "п\u{300}\u{301}\u{302}\u{303}о\u{310}\u{320}ртал ".repeat(5000)),
        ("one long word", "а".repeat(1 << 20)),
        ("long word of yo", "ё".repeat(1 << 19)),
        ("long latin word", "x".repeat(1 << 20)),
        ("unclosed bbcode", "[b]".repeat(100_000)),
        ("unclosed quotes", "[quote]".repeat(50_000)),
        ("unclosed strike", "[s]".repeat(60_000)),
        ("unclosed html", "<div>".repeat(50_000)),
        ("unclosed comments", "<!--".repeat(60_000)),
        ("unclosed script", "<script>".repeat(30_000)),
        ("open brackets", "[".repeat(200_000)),
        ("less than", "<".repeat(200_000)),
        ("ampersands", "&amp".repeat(60_000)),
        ("fences", "```\n".repeat(50_000)),
        ("quoted lines", ">> старое\n".repeat(20_000)),
        ("rulers", format!("{}\n", "-".repeat(54)).repeat(4_000)),
        ("ligatures", "\u{FDFA}".repeat(80_000)),
        ("gaps", "настроить ".repeat(20_000)),
        ("wrong layout", "ghbdtn gjhnfk yt hf,jnftn ".repeat(8_000)),
        ("translit", "podskazhite pozhaluista portal ne obnovlyaetsya ".repeat(5_000)),
        ("translit ambiguous", "yyyyyyyyyyyyyyyyyyyyyy shshshshshshshshshsh iaiaiaiaiaiaia ".repeat(3_000)),
        ("translit dead ends", "cccccccccccccc7 A,S-SIIIIIIIIIIIIIIII2>> yyyyyyyyyyyyyyyyyyyyyyy9 ".repeat(2_000)),
        ("glued", "порталтормозитпослеобновления".repeat(2)),
        ("misprints", "абвгдежзик лмнопрстуф хцчшщъыьэю ".repeat(5_000)),
        ("error codes", "error 1045 [110] connection ".repeat(9_000)),
        ("sentences", "да. ".repeat(60_000)),
        ("questions", "?!".repeat(100_000)),
        ("over the limit", "портал тормозит ".repeat(TICKET_BYTES / 10)),
        ("every character", (0..0x3000u32).filter_map(char::from_u32).collect()),
        ("private use and noncharacters", "\u{E000}\u{FFFD}\u{10FFFF}\u{FFFE}".repeat(1000)),
    ]
}

#[test]
fn hostile_tickets_get_a_decision() {
    let classifier = Classifier::builtin();
    let mut scratch = Scratch::default();
    for (name, ticket) in hostile() {
        let decision = classifier.classify_with(&ticket, &mut scratch);
        sound(&ticket, &decision);
        assert_eq!(decision.is_truncated(), ticket.len() > TICKET_BYTES, "{name}");
        // The scratch is as good as new afterwards.
        let after = classifier.classify_with("Как очистить кеш портала?", &mut scratch);
        let fresh = classifier.classify("Как очистить кеш портала?");
        assert_eq!((after.topic(), after.confidence()), (fresh.topic(), fresh.confidence()), "after {name}");
    }
}

/// What fuzzing found stays found.
#[test]
fn regressions_of_the_fuzzer() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/regressions");
    let mut files = 0;
    for target in std::fs::read_dir(dir).unwrap() {
        for file in std::fs::read_dir(target.unwrap().path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let ticket = String::from_utf8_lossy(&bytes);
            sound(&ticket, &Classifier::builtin().classify(&ticket));
            files += 1;
        }
    }
    assert!(files >= 2);
}

#[test]
fn explanations_survive_them_too() {
    let classifier = Classifier::builtin();
    for (_, ticket) in hostile().into_iter().filter(|(_, ticket)| ticket.len() < 300_000) {
        for evidence in classifier.explain(&ticket).evidence() {
            assert!(ticket.get(evidence.span().range()).is_some());
        }
    }
}

#[test]
fn nothing_is_shared_unsafely() {
    fn check<T: Send + Sync + Clone + std::panic::UnwindSafe>() {}
    check::<Classifier>();
    check::<support_triage::Policy>();
    check::<Decision>();
}
