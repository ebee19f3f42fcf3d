//! What the rim itself refuses of commands that it has understood: one function per code, each with its rule.

use domain::rejection::rejections;

rejections! {
    /// The ledger holds one outcome per command id, so that this one cannot be kept.
    command_id_reused(), "commands/idempotence" =>
        "This command id was used for another command; send this one under an id of its own.";

    /// The command names a record that there is not, and its aggregate has no word of its own for that.
    unknown_record(), "commands/records" =>
        "There is no such record; check its id.";
}
