//! What is not wrong but surely not meant.

use std::collections::HashMap;

use super::guard::{Node, Source};
use super::model::{Kind, Leaf, Topic};
use super::terms::Terms;
use crate::diagnostic::Diagnostic;
use crate::verdict::Side;

/// Terms that speak for an in-scope and an out-of-scope topic alike: they cannot decide anything.
pub(crate) fn both_sides(topics: &[(&Topic, (&Source, &Node))], terms: &Terms, found: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<u32, (Side, &str)> = HashMap::new();
    for (topic, (source, node)) in topics {
        for (condition, at) in topic.when.iter().zip(0..) {
            let Kind::Phrase(leaves) = &condition.kind else { continue };
            for leaf in leaves {
                let Leaf::Term(term) = leaf else { continue };
                match seen.get(term) {
                    Some((side, other)) if *side != topic.side => {
                        let place = node.get("when").map_or(node.range, |when| when.item_or_self(at).range);
                        let message = format!(
                            "the term \"{}\" speaks for `{}` and, on the other side of the border, for `{other}`",
                            terms.text(*term),
                            topic.id
                        );
                        found.push(source.at(place, "W101", message, "use it as `about` with different wants, or keep it on one side"));
                    }
                    Some(_) => {}
                    None => {
                        seen.insert(*term, (topic.side, &topic.id));
                    }
                }
            }
        }
    }
}
