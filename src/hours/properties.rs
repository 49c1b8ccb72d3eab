//! What holds for every instant.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::Calendar;

/// From 1950 to 2100, to the nanosecond; often the very second of an edge.
fn instant() -> impl Strategy<Value = Timestamp> {
    let anywhere = (-631_152_000_i64..4_102_444_800, 0_i32..1_000_000_000);
    let edge = (0_i64..30_000, prop::sample::select(vec![7_i64, 16, 0, 21]), -1_i64..=1)
        .prop_map(|(day, hour, second)| (day * 86_400 + hour * 3_600 + second, 0));
    prop_oneof![anywhere, edge].prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).unwrap())
}

fn calendar() -> impl Strategy<Value = Calendar> {
    any::<bool>().prop_map(|saturdays| Calendar::builtin().open_on_working_saturdays(saturdays))
}

proptest! {
    // Regression files would land beside the sources; failures print their seed anyway.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn the_next_opening_is_open_and_the_first(calendar in calendar(), at in instant()) {
        let opening = calendar.next_opening(at).unwrap();
        prop_assert!(opening >= at && calendar.is_open(opening));
        prop_assert_eq!(calendar.is_open(at), opening == at);
        // No open instant lies between: no working time passes, and the one right before is closed.
        prop_assert_eq!(calendar.working_time_between(at, opening), SignedDuration::ZERO);
        if opening > at {
            prop_assert!(!calendar.is_open(opening - SignedDuration::from_nanos(1)));
        }
    }

    #[test]
    fn the_next_closing_ends_an_open_stretch(calendar in calendar(), at in instant()) {
        let (opening, closing) = (calendar.next_opening(at).unwrap(), calendar.next_closing(at).unwrap());
        prop_assert!(closing > opening && !calendar.is_open(closing));
        prop_assert!(calendar.is_open(closing - SignedDuration::from_nanos(1)));
        prop_assert_eq!(calendar.working_time_between(opening, closing), closing.duration_since(opening));
    }

    #[test]
    fn working_time_is_additive(calendar in calendar(), a in instant(), b in instant(), c in instant()) {
        let between = |from, to| calendar.working_time_between(from, to);
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        prop_assert_eq!(between(a, b), -between(b, a));
    }

    #[test]
    fn working_time_agrees_with_a_walk(calendar in calendar(), from in instant(), seconds in 0_i64..60 * 86_400) {
        let to = from + SignedDuration::from_secs(seconds);
        let (mut walked, mut at) = (SignedDuration::ZERO, from);
        while at < to {
            let step = if calendar.is_open(at) { calendar.next_closing(at) } else { calendar.next_opening(at) };
            let next = step.unwrap().min(to);
            if calendar.is_open(at) {
                walked += next.duration_since(at);
            }
            at = next;
        }
        prop_assert_eq!(walked, calendar.working_time_between(from, to));
    }

    #[test]
    fn no_instant_and_no_text_panics(second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), text in ".{0,80}") {
        let at = Timestamp::from_second(second).unwrap();
        let calendar = Calendar::builtin();
        let _ = (calendar.is_open(at), calendar.next_opening(at), calendar.next_closing(at));
        prop_assert!(Calendar::from_yaml("c.yaml", &text).is_err());
    }
}
