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

/// Open, or open but proposed to close.
const OPEN: [u16; 2] = [1, 3];

/// Other independent, secure units, offshore, service children's, miscellaneous, higher education, Welsh,
/// British schools overseas, online provider, funded by another government department.
const INELIGIBLE_TYPES: [u16; 11] = [10, 11, 24, 25, 26, 27, 29, 30, 37, 49, 56];

/// Other independent special, other independent, Welsh, British schools overseas.
const CIP_ONLY_TYPES: [u16; 4] = [10, 11, 30, 37];

/// The district code of schools that the register places in no district but in England.
const NO_DISTRICT: &str = "9999";

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
    is_open(school) && in_england(school) && (of_eligible_type(school) || school.section_41_approved)
}

/// Teaches today.
pub fn is_open(school: &RegisterEntry) -> bool {
    OPEN.contains(&school.status_code)
}

/// By its district; where the register names none, by its local authority; where it names neither, no.
pub fn in_england(school: &RegisterEntry) -> bool {
    match school.district_code.trim() {
        "" => school.la_in_england == Some(true),
        district => district == NO_DISTRICT || district.starts_with(['E', 'e']),
    }
}

fn of_eligible_type(school: &RegisterEntry) -> bool {
    !INELIGIBLE_TYPES.contains(&school.type_code)
}
