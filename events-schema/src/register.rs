//! How an entry of DfE's register of schools is read: open, in England, eligible (DOMAIN 3.8).
//! It stands here, beside the entry, because the domain decides by it and views keep its answer, and neither may know
//! the other. A change of these rules needs a new version of the view of reference data.

use crate::events::school::RegisterEntry;

/// Open, or open but proposed to close.
const OPEN: [u16; 2] = [1, 3];

/// Other independent, secure units, offshore, service children's, miscellaneous, higher education, Welsh,
/// British schools overseas, online provider, funded by another government department.
const INELIGIBLE_TYPES: [u16; 11] = [10, 11, 24, 25, 26, 27, 29, 30, 37, 49, 56];

/// The district code of schools that the register places in no district but in England.
const NO_DISTRICT: &str = "9999";

impl RegisterEntry {
    /// Teaches today.
    pub fn is_open(&self) -> bool {
        OPEN.contains(&self.status_code)
    }

    /// By its district; where the register names none, by its local authority; where it names neither, no.
    pub fn is_in_england(&self) -> bool {
        match self.district_code.trim() {
            "" => self.la_in_england == Some(true),
            district => district == NO_DISTRICT || district.starts_with(['E', 'e']),
        }
    }

    /// Open, in England, and of an eligible type or approved under section 41. Such a school is never CIP-only.
    pub fn is_eligible(&self) -> bool {
        let eligible_type = !INELIGIBLE_TYPES.contains(&self.type_code);
        self.is_open() && self.is_in_england() && (eligible_type || self.section_41_approved)
    }
}
