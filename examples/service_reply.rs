//! A service that fills `Facts` from what its own database knows of the client, and answers with one composed reply.
//!
//! ```sh
//! cargo run --example service_reply
//! ```

use support_triage::hours::Calendar;
use support_triage::requirements::{Certificate, Edition, Facts, Licence, RequirementState, Requirements};
use support_triage::{Classifier, Reply, ReplyFormat, Verdict};

/// What a help desk typically stores of a client.
struct Client {
    name: &'static str,
    tariff: &'static str,
    paid_until: &'static str,
    portal_url: &'static str,
    is_admin: Option<bool>,
    self_signed: Option<bool>,
}

impl Client {
    /// Only what is known becomes a fact; the rest stays unknown and is held against nobody.
    fn facts(&self) -> Facts {
        Facts {
            administrator: self.is_admin,
            edition: Some(Edition::SelfHosted),
            licence: match self.tariff {
                "demo" => Some(Licence::Demo),
                "nfr" => Some(Licence::Nfr),
                "" => None,
                _ => Some(Licence::Commercial),
            },
            licence_valid_until: self.paid_until.parse().ok(),
            public_address: Some(self.portal_url.to_string()).filter(|url| !url.is_empty()),
            certificate: self.self_signed.map(|self_signed| Certificate { self_signed: Some(self_signed), ..Certificate::default() }),
            ..Facts::default()
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Made once, shared by all requests.
    let (classifier, requirements, calendar) = (Classifier::builtin(), Requirements::builtin(), Calendar::builtin());
    // A fixed instant, so that the example prints the same every day; a service takes `jiff::Timestamp::now()`.
    let now = "2026-12-30T18:30:00+03:00".parse()?;

    let inbox = [
        (
            Client {
                name: "ООО Ромашка",
                tariff: "business",
                paid_until: "2027-08-01",
                portal_url: "https://portal.company.ru",
                is_admin: Some(true),
                self_signed: None,
            },
            "После обновления перестали открываться карточки сделок, в консоли ошибка 500. Что прислать?",
        ),
        (
            Client {
                name: "ИП Петров",
                tariff: "demo",
                paid_until: "",
                portal_url: "http://192.168.0.10",
                is_admin: None,
                self_signed: Some(true),
            },
            "При активации чата пишет: Публичный адрес сайта указывает на локальный хост: 192.168.0.10",
        ),
    ];
    for (client, ticket) in inbox {
        let decision = classifier.classify(ticket);
        let results = requirements.check(&client.facts(), now);
        let unmet = results.iter().filter(|result| result.state() == RequirementState::Unmet).count();
        let reply = Reply::new(&decision).format(ReplyFormat::BbCode).greeting(true).requirements(&results).answer_time(&calendar, now);
        println!("── {}: {} {:.2}, {unmet} requirements unmet", client.name, decision.verdict(), decision.confidence());
        println!("{}\n", reply.render());
        // What a service does with it: answer at once, or leave it to a person.
        if decision.verdict() == Verdict::Undetermined || decision.confidence() < 0.6 {
            println!("→ a person reads this one first\n");
        }
    }
    Ok(())
}
