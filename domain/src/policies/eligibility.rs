//! Which schools can be recruited (DOMAIN 3.8), from their entry in the register alone.

use events_schema::events::school::RegisterEntry;

/// What a school can have of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligibility {
    /// Training funded by DfE.
    Eligible,
    /// Accredited materials only, no funded training.
    CipOnly,
    /// Induction cannot be served there.
    NotEligible,
}

/// Other independent special, other independent, Welsh, British schools overseas.
const CIP_ONLY_TYPES: [u16; 4] = [10, 11, 30, 37];

/// What a school can have.
pub fn eligibility(school: &RegisterEntry) -> Eligibility {
    if is_eligible(school) {
        Eligibility::Eligible
    } else if is_open(school) && CIP_ONLY_TYPES.contains(&school.type_code) {
        Eligibility::CipOnly
    } else {
        Eligibility::NotEligible
    }
}

/// Open, in England, and of an eligible type or approved under section 41.
pub fn is_eligible(school: &RegisterEntry) -> bool {
    school.is_eligible()
}

/// Teaches today.
pub fn is_open(school: &RegisterEntry) -> bool {
    school.is_open()
}

/// By its district; where the register names none, by its local authority; where it names neither, no.
pub fn in_england(school: &RegisterEntry) -> bool {
    school.is_in_england()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::school_partnership::tests::school;

    fn school_with(change: impl FnOnce(&mut RegisterEntry)) -> RegisterEntry {
        let mut entry = school();
        change(&mut entry);
        entry
    }

    #[test]
    fn open_and_proposed_to_close_are_open_and_nothing_else_is() {
        for (status, open) in [(0, false), (1, true), (2, false), (3, true), (4, false), (5, false)] {
            assert_eq!(is_open(&school_with(|entry| entry.status_code = status)), open, "status {status}");
        }
    }

    #[test]
    fn england_is_told_by_the_district_and_only_without_one_by_the_local_authority() {
        let rows = [
            ("E09000011", None, true),
            ("e09000011", Some(false), true),
            ("9999", None, true),
            ("99999", Some(true), false),
            ("W06000015", Some(true), false),
            ("S12000036", None, false),
            ("", Some(true), true),
            ("  ", Some(true), true),
            ("", Some(false), false),
            ("", None, false),
        ];
        for (district, la_in_england, expected) in rows {
            let entry = school_with(|entry| {
                entry.district_code = district.to_owned();
                entry.la_in_england = la_in_england;
            });
            assert_eq!(in_england(&entry), expected, "district {district:?}, authority {la_in_england:?}");
        }
    }

    #[test]
    fn the_eleven_ineligible_types_are_refused_and_every_other_type_is_eligible() {
        for type_code in 1..=99 {
            let expected = match type_code {
                10 | 11 | 30 | 37 => Eligibility::CipOnly,
                24 | 25 | 26 | 27 | 29 | 49 | 56 => Eligibility::NotEligible,
                _ => Eligibility::Eligible,
            };
            assert_eq!(eligibility(&school_with(|entry| entry.type_code = type_code)), expected, "type {type_code}");
        }
    }

    #[test]
    fn childrens_centres_are_eligible() {
        assert!([47, 48].iter().all(|centre| is_eligible(&school_with(|entry| entry.type_code = *centre))));
    }

    #[test]
    fn section_41_makes_any_open_english_school_eligible() {
        let approved = |type_code, status_code, district: &'static str| {
            eligibility(&school_with(|entry| {
                entry.type_code = type_code;
                entry.status_code = status_code;
                entry.district_code = district.to_owned();
                entry.section_41_approved = true;
            }))
        };
        assert_eq!(approved(10, 1, "E1"), Eligibility::Eligible);
        assert_eq!(approved(25, 3, "E1"), Eligibility::Eligible);
        assert_eq!(approved(10, 2, "E1"), Eligibility::NotEligible);
        assert_eq!(approved(10, 1, "W1"), Eligibility::CipOnly);
    }

    #[test]
    fn cip_only_asks_nothing_about_england_but_the_school_must_be_open() {
        for type_code in [10, 11, 30, 37] {
            let abroad = |status_code| {
                eligibility(&school_with(|entry| {
                    entry.type_code = type_code;
                    entry.status_code = status_code;
                    entry.district_code = "W06000015".to_owned();
                }))
            };
            assert_eq!((abroad(1), abroad(2)), (Eligibility::CipOnly, Eligibility::NotEligible), "type {type_code}");
        }
    }

    #[test]
    fn an_ordinary_school_that_is_closed_or_not_in_england_is_not_eligible() {
        assert_eq!(eligibility(&school_with(|entry| entry.status_code = 2)), Eligibility::NotEligible);
        assert_eq!(eligibility(&school_with(|entry| entry.district_code = "W1".to_owned())), Eligibility::NotEligible);
    }
}
