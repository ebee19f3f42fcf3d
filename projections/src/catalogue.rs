//! Every view there is.

use crate::{fault::ViewFault, view::View};

/// Every view. A new one is a file and a line here.
pub const VIEWS: &[View] = &[
    crate::reference::VIEW,
    crate::school_partnerships::VIEW,
    crate::trainees::VIEW,
    crate::hand_overs::VIEW,
    crate::erasures::VIEW,
    crate::recruitment_mi::VIEW,
    crate::trainee_mi::VIEW,
    crate::audit_trail::VIEW,
    crate::support_cases::VIEW,
    crate::notices::VIEW,
    crate::readings::VIEW,
];

/// The view of a name.
pub(crate) fn named(name: &str) -> Result<&'static View, ViewFault> {
    VIEWS.iter().find(|view| view.name == name).ok_or_else(|| ViewFault::Unknown {
        name: name.to_owned(),
        known: VIEWS.iter().map(|view| view.name).collect::<Vec<_>>().join(", "),
    })
}
