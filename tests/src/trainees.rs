//! Trainees for scenarios: registered, submitted, recommended by one provider.

use serde_json::{Value, json};

use crate::{reference::PROVIDER, world::World};

/// A trainee's record that lacks nothing.
pub fn registration() -> Value {
    json!({
        "first_names": "Ada", "last_names": "Example", "route": "provider_led_postgrad",
        "details": {
            "date_of_birth": "1999-01-01", "email": "ada@trainee.example", "provider_trainee_id": "T-1",
            "phase": "primary", "age_range": "5_to_11", "subjects": ["primary teaching"],
            "itt_start_date": "2024-09-01", "trainee_start_date": "2024-09-02", "expected_end_date": "2025-07-31",
            "degrees": [{ "subject": "Mathematics", "institution": "University of Example" }],
            "placements": [{ "school_name": "One" }, { "school_name": "Two" }]
        }
    })
}

impl World {
    /// A trainee in draft; the record's id.
    pub async fn trainee(&self) -> String {
        let registered = self.accepted(PROVIDER, "RegisterTrainee", registration()).await;
        registered["id"].as_str().expect("the new record").to_owned()
    }

    /// Something that the provider, support or a process asks about a trainee and is granted.
    pub async fn of_trainee(&self, actor: &str, (name, id): (&str, &str), mut body: Value) -> Value {
        body["trainee_id"] = id.into();
        self.accepted(actor, name, body).await
    }

    /// A trainee with a TRN.
    pub async fn trainee_with_trn(&self, trn: &str) -> String {
        let id = self.trainee().await;
        self.of_trainee(PROVIDER, ("SubmitForTrn", &id), json!({})).await;
        self.of_trainee("system_register", ("RecordTrn", &id), json!({ "trn": trn })).await;
        id
    }
}
