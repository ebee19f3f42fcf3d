//! Who may look at whose record (DOMAIN 4.3). Whoever may not see a record meets none.

use events_schema::{
    actor::{Actor, ActorKind},
    ids::TrainingProviderCode,
};

use super::permissions::acting_provider;

/// Whose trainees somebody may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    Everyone,
    /// One provider's.
    Provider(TrainingProviderCode),
    /// Those on whose record a training partner stands, by any of these names.
    TrainingPartner(Vec<String>),
}

impl Scope {
    /// What an actor sees; nothing for those who have no records to look at. `names` are what the register calls the
    /// actor's organisation: they count for a training partner alone.
    pub fn of(actor: &Actor, names: Vec<String>) -> Option<Self> {
        match actor.kind {
            ActorKind::Support | ActorKind::Auditor | ActorKind::System => Some(Self::Everyone),
            ActorKind::TrainingProvider | ActorKind::TrainingProviderReader => {
                acting_provider(actor).map(Self::Provider)
            }
            ActorKind::TrainingPartner => Some(Self::TrainingPartner(names)),
            ActorKind::LeadProvider | ActorKind::DeliveryPartner | ActorKind::School | ActorKind::Analyst => None,
        }
    }

    /// Whether it covers a provider's record that names this training partner, or none.
    pub fn sees(&self, provider: &TrainingProviderCode, training_partner: Option<&str>) -> bool {
        match self {
            Self::Everyone => true,
            Self::Provider(own) => own == provider,
            Self::TrainingPartner(names) => {
                training_partner.is_some_and(|named| names.iter().any(|name| is_same(name, named)))
            }
        }
    }
}

/// Neither case nor spaces tell names of organisations apart; two blanks are no name.
fn is_same(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        let words = text.split_whitespace();
        words.flat_map(|word| word.chars().flat_map(char::to_lowercase).chain(std::iter::once(' ')))
    }
    letters(one).next().is_some() && letters(one).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use events_schema::ids::Parse;

    use super::*;
    use crate::spec::actor;

    fn seen(token: &str, names: &[&str], partner: Option<&str>) -> bool {
        let provider = TrainingProviderCode::parse("1TA").expect("a code");
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Scope::of(&actor(token), names).is_some_and(|scope| scope.sees(&provider, partner))
    }

    #[test]
    fn table_4_3_says_who_views_a_record() {
        for (token, sees) in [
            ("training-provider_1TA", true),
            ("training-provider-reader_1TA", true),
            ("training-provider_2TB", false),
            ("training-provider-reader_2TB", false),
            ("support_desk-1", true),
            ("auditor_a", true),
            ("system_teaching-record", true),
            ("lead-provider_teach-first", false),
            ("delivery-partner_thames-hub", false),
            ("school_100120", false),
            ("analyst_a", false),
            ("training-partner_3PC", false),
        ] {
            assert_eq!(seen(token, &[], Some("Example Trust")), sees, "{token}");
        }
    }

    #[test]
    fn a_training_partner_sees_the_records_on_which_it_is_named() {
        let partner = |named| seen("training-partner_3PC", &["Example Trust", "Éxample Trust Ltd", ""], named);
        assert!(partner(Some("Example Trust")) && partner(Some(" example  TRUST ")));
        assert!(partner(Some("éxample trust ltd")));
        assert!(!partner(Some("Example")) && !partner(Some("Example Trust 2")));
        assert!(!partner(None) && !partner(Some(" ")));
    }
}
