//! Plainly fictional people: names that nobody bears and addresses that no mail reaches.

use super::chance::Chance;

const FIRST: [&str; 24] = [
    "Ada", "Bram", "Cleo", "Dilys", "Emrys", "Farah", "Gwen", "Hamza", "Idris", "Jun", "Kezia", "Lior", "Mabel",
    "Nadia", "Otis", "Priya", "Quentin", "Rosa", "Samir", "Tamsin", "Umar", "Vera", "Wilf", "Zoë",
];
const LAST_BEGINS: [&str; 12] = [
    "Example",
    "Specimen",
    "Placeholder",
    "Madeup",
    "Sample",
    "Pretend",
    "Invented",
    "Dummy",
    "Fictional",
    "Mock",
    "Imagined",
    "Notreal",
];
const LAST_ENDS: [&str; 12] = [
    "Quill",
    "Inkwell",
    "Chalk",
    "Ledger",
    "Satchel",
    "Blackboard",
    "Duster",
    "Notebook",
    "Crayon",
    "Lantern",
    "Bookend",
    "Compass",
];

/// A person of the demo.
pub(super) struct Person {
    /// First names.
    pub(super) first_names: String,
    /// Last names.
    pub(super) last_names: String,
    /// An address under the reserved domain `example.invalid`.
    pub(super) email: String,
}

/// The next fictional person; `number` keeps addresses apart.
pub(super) fn person(chance: &mut Chance, number: usize) -> Person {
    let first_names = (*chance.one(&FIRST)).to_owned();
    let last_names = format!("{}-{}", chance.one(&LAST_BEGINS), chance.one(&LAST_ENDS));
    let user = format!("{first_names}.{last_names}.{number:04}").to_lowercase().replace('ë', "e");
    Person { first_names, last_names, email: format!("{user}@example.invalid") }
}
