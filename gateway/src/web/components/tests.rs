//! Each component gives the HTML that GOV.UK Frontend records for the same options in its own fixtures.

mod html;

use askama::Template;
use serde_json::Value;

use super::*;
use html::tokens;

/// Templates of one component each, filled from the options of a fixture.
macro_rules! rendered {
    ($source:literal $(, $field:ident: $kind:ty = $value:expr)* $(,)?) => {{
        #[derive(Template)]
        #[template(source = $source, ext = "html")]
        struct Shown { $($field: $kind),* }
        Shown { $($field: $value),* }.render().expect("it can be rendered")
    }};
}

fn fixture(component: &str, name: &str) -> (Value, String) {
    let path = format!("{}/assets/fixtures/{component}.json", env!("CARGO_MANIFEST_DIR"));
    let all: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("vendored")).expect("JSON");
    let list = all["fixtures"].as_array().expect("a list");
    let found = list.iter().find(|fixture| fixture["name"] == name);
    let found = found.unwrap_or_else(|| panic!("{component} has no fixture {name:?}"));
    (found["options"].clone(), text(&found["html"]))
}

fn check(component: &str, names: &[&str], render: impl Fn(&Value) -> String) {
    for name in names {
        let (options, expected) = fixture(component, name);
        let shown = |html: &str| -> Vec<String> { tokens(html).iter().map(|token| comparable(token)).collect() };
        assert_eq!(shown(&render(&options)), shown(&expected), "{component}: {name}");
    }
}

/// Fixtures may give a field another id than name, other addresses, and columns of numbers; ours do not differ so.
fn comparable(token: &str) -> String {
    let kept =
        |part: &&str| !part.starts_with("name=") && !part.starts_with("href=\"/") && !part.contains("--numeric\"");
    let token = token.replace(" govuk-table__header--numeric", "").replace(" govuk-table__cell--numeric", "");
    token.split(' ').filter(kept).collect::<Vec<_>>().join(" ")
}

/// The id of a field, which with us is its name.
fn id(options: &Value) -> String {
    options["id"].as_str().or(options["idPrefix"].as_str()).or(options["name"].as_str()).unwrap_or_default().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn truth(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn choices(options: &Value) -> Vec<Choice> {
    let choice = |item: &Value| Choice {
        value: item["value"].as_str().map_or_else(|| item["value"].to_string(), str::to_owned),
        text: text(&item["text"]),
        hint: text(&item["hint"]["text"]),
    };
    list(&options["items"]).iter().map(choice).collect()
}

/// The value of the item that is checked.
fn chosen(options: &Value) -> String {
    let checked = list(&options["items"]).iter().find(|item| truth(&item["checked"]));
    checked.map(|item| text(&item["value"])).unwrap_or_default()
}

fn links(value: &Value) -> Vec<Link> {
    list(value).iter().map(|item| Link::new(text(&item["href"]), text(&item["text"]))).collect()
}

#[test]
fn radios() {
    check("radios", &["with hint", "with hint and error message", "inline"], |o| {
        rendered!(r#"{%- import "components/form.html" as c -%}{{ c::radios(name, legend, choices, value = value, hint = hint, error = error, legend_class = class, heading = heading, class = list) }}"#,
            name: String = id(o), legend: String = text(&o["fieldset"]["legend"]["text"]), choices: Vec<Choice> = choices(o),
            value: String = chosen(o), hint: String = text(&o["hint"]["text"]), error: String = text(&o["errorMessage"]["text"]),
            class: String = text(&o["fieldset"]["legend"]["classes"]), heading: bool = truth(&o["fieldset"]["legend"]["isPageHeading"]),
            list: String = text(&o["classes"]))
    });
}

#[test]
fn checkboxes() {
    check(
        "checkboxes",
        &[
            "with hint",
            "with legend as a page heading",
            "with error message",
            "with error message and hint",
            "small with hint",
        ],
        |o| {
            let values: Vec<String> = list(&o["values"]).iter().map(text).collect();
            rendered!(r#"{%- import "components/form.html" as c -%}{{ c::checkboxes(name, legend, choices, values, hint = hint, error = error, legend_class = class, heading = heading, class = list) }}"#,
            name: String = id(o), legend: String = text(&o["fieldset"]["legend"]["text"]), choices: Vec<Choice> = choices(o),
            values: Vec<String> = values, hint: String = text(&o["hint"]["text"]), error: String = text(&o["errorMessage"]["text"]),
            class: String = text(&o["fieldset"]["legend"]["classes"]), heading: bool = truth(&o["fieldset"]["legend"]["isPageHeading"]),
            list: String = text(&o["classes"]))
        },
    );
}

#[test]
fn input() {
    check(
        "input",
        &[
            "default",
            "with hint text",
            "with error message",
            "with error and hint",
            "with width-2 class",
            "with label as page heading",
            "value",
            "inputmode",
            "with autocomplete attribute",
            "custom type",
        ],
        |o| {
            let kind = o["type"].as_str().unwrap_or("text").to_owned();
            rendered!(r#"{%- import "components/form.html" as c -%}{{ c::input(name, label, value = value, hint = hint, error = error, class = class, label_class = label_class, heading = heading, kind = kind, inputmode = mode, autocomplete = auto) }}"#,
            name: String = id(o), label: String = text(&o["label"]["text"]), value: String = text(&o["value"]), hint: String = text(&o["hint"]["text"]),
            error: String = text(&o["errorMessage"]["text"]), class: String = text(&o["classes"]), label_class: String = text(&o["label"]["classes"]),
            heading: bool = truth(&o["label"]["isPageHeading"]), kind: String = kind, mode: String = text(&o["inputmode"]), auto: String = text(&o["autocomplete"]))
        },
    );
}

#[test]
fn textarea() {
    check(
        "textarea",
        &[
            "default",
            "with hint",
            "with error message",
            "with hint and error message",
            "with default value",
            "with label as page heading",
            "with custom rows",
        ],
        |o| {
            rendered!(r#"{%- import "components/form.html" as c -%}{{ c::textarea(name, label, value = value, hint = hint, error = error, rows = rows, label_class = class, heading = heading) }}"#,
            name: String = id(o), label: String = text(&o["label"]["text"]), value: String = text(&o["value"]), hint: String = text(&o["hint"]["text"]),
            error: String = text(&o["errorMessage"]["text"]), rows: u64 = o["rows"].as_u64().unwrap_or(5), class: String = text(&o["label"]["classes"]),
            heading: bool = truth(&o["label"]["isPageHeading"]))
        },
    );
}

#[test]
fn select() {
    check("select", &["hint", "error", "with hint text and error message"], |o| {
        let value = list(&o["items"])
            .iter()
            .find(|item| truth(&item["selected"]))
            .map(|item| item["value"].as_str().map_or_else(|| item["value"].to_string(), str::to_owned));
        rendered!(r#"{%- import "components/form.html" as c -%}{{ c::select(name, label, choices, value = value, hint = hint, error = error) }}"#,
            name: String = id(o), label: String = text(&o["label"]["text"]), choices: Vec<Choice> = choices(o),
            value: String = value.unwrap_or_default(), hint: String = text(&o["hint"]["text"]), error: String = text(&o["errorMessage"]["text"]))
    });
}

#[test]
fn date_input() {
    check("date-input", &["with error message and hint"], |o| {
        rendered!(r#"{%- import "components/form.html" as c -%}{{ c::date_input(name, legend, date, hint = hint, error = error) }}"#,
            name: String = id(o), legend: String = text(&o["fieldset"]["legend"]["text"]), date: DateGiven = DateGiven::default(),
            hint: String = text(&o["hint"]["text"]), error: String = text(&o["errorMessage"]["text"]))
    });
}

#[test]
fn file_upload() {
    check(
        "file-upload",
        &["default", "with hint text", "with error message and hint", "with label as page heading"],
        |o| {
            rendered!(r#"{%- import "components/form.html" as c -%}{{ c::file_upload(name, label, hint = hint, error = error, label_class = class, heading = heading) }}"#,
            name: String = id(o), label: String = text(&o["label"]["text"]), hint: String = text(&o["hint"]["text"]),
            error: String = text(&o["errorMessage"]["text"]), class: String = text(&o["label"]["classes"]), heading: bool = truth(&o["label"]["isPageHeading"]))
        },
    );
}

#[test]
fn buttons() {
    check(
        "button",
        &["prevent double click"],
        |o| rendered!(r#"{%- import "components/form.html" as c -%}{{ c::button(text) }}"#, text: String = text(&o["text"])),
    );
    check(
        "button",
        &["link", "link classes"],
        |o| rendered!(r#"{%- import "components/form.html" as c -%}{{ c::button_link(text, href, class = class) }}"#, text: String = text(&o["text"]), href: String = text(&o["href"]), class: String = text(&o["classes"])),
    );
}

#[test]
fn error_summary() {
    check("error-summary", &["default", "mixed with and without links"], |o| {
        let mut errors = Errors::default();
        for error in list(&o["errorList"]) {
            errors.add(text(&error["href"]).trim_start_matches('#'), text(&error["text"]));
        }
        rendered!(r#"{%- import "components/form.html" as c -%}{{ c::error_summary(errors) }}"#, errors: Errors = errors)
    });
}

#[test]
fn fieldset() {
    check("fieldset", &["default", "styled as large text", "as page heading l"], |o| {
        rendered!(r#"{%- import "components/form.html" as c -%}{% call c::fieldset(text, class = class, heading = heading) %}{% endcall %}"#, text: String = text(&o["legend"]["text"]),
            class: String = text(&o["legend"]["classes"]), heading: bool = truth(&o["legend"]["isPageHeading"]))
    });
}

#[test]
fn summary_list() {
    check("summary-list", &["with actions", "no-border", "with some actions"], |o| {
        let entry = |row: &Value| {
            let actions = list(&row["actions"]["items"]).iter().map(|item| Action {
                href: text(&item["href"]),
                text: text(&item["text"]),
                hidden: text(&item["visuallyHiddenText"]),
            });
            Entry { key: text(&row["key"]["text"]), value: value_of(&row["value"]), actions: actions.collect() }
        };
        let entries: Vec<Entry> = list(&o["rows"]).iter().map(entry).collect();
        rendered!(r#"{%- import "components/content.html" as c -%}{{ c::summary_list(entries, class = class) }}"#, entries: Vec<Entry> = entries, class: String = text(&o["classes"]))
            .replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"")
    });
}

/// Some fixtures have HTML in values, which ours never have; the test turns it back.
fn value_of(value: &Value) -> String {
    value["html"].as_str().or(value["text"].as_str()).unwrap_or_default().to_owned()
}

#[test]
fn table() {
    check("table", &["with head"], |o| {
        let head: Vec<String> = list(&o["head"]).iter().map(|cell| text(&cell["text"])).collect();
        let rows: Vec<Vec<String>> =
            list(&o["rows"]).iter().map(|row| list(row).iter().map(|cell| text(&cell["text"])).collect()).collect();
        rendered!(r#"{%- import "components/content.html" as c -%}{% call c::table(caption, head, caption_class = class) %}{% for row in rows %}<tr class="govuk-table__row">{% for cell in row %}<td class="govuk-table__cell">{{ cell }}</td>{% endfor %}</tr>{% endfor %}{% endcall %}"#,
            caption: String = text(&o["caption"]), head: Vec<String> = head, class: String = text(&o["captionClasses"]), rows: Vec<Vec<String>> = rows)
    });
}

#[test]
fn words_and_boxes() {
    check(
        "tag",
        &["default", "grey"],
        |o| rendered!(r#"{%- import "components/content.html" as c -%}{{ c::tag(text, class = class) }}"#, text: String = text(&o["text"]), class: String = text(&o["classes"])),
    );
    check(
        "panel",
        &["default"],
        |o| rendered!(r#"{%- import "components/content.html" as c -%}{% call c::panel(title) %}{{ text|safe }}{% endcall %}"#, title: String = value_or(&o["titleHtml"], &o["titleText"]), text: String = text(&o["html"])),
    );
    check(
        "warning-text",
        &["default"],
        |o| rendered!(r#"{%- import "components/content.html" as c -%}{{ c::warning_text(text) }}"#, text: String = text(&o["text"])),
    );
    check(
        "inset-text",
        &["default"],
        |o| rendered!(r#"{%- import "components/content.html" as c -%}{% call c::inset_text() %}{{ text }}{% endcall %}"#, text: String = text(&o["text"])),
    );
    check(
        "details",
        &["default"],
        |o| rendered!(r#"{%- import "components/content.html" as c -%}{% call c::details(summary) %}{{ text }}{% endcall %}"#, summary: String = text(&o["summaryText"]), text: String = text(&o["text"])),
    );
    check("notification-banner", &["default", "with type as success"], |o| {
        rendered!(r#"{%- import "components/content.html" as c -%}{% call c::notification_banner(success = success) %}<p class="govuk-notification-banner__heading">{{ text }}</p>{% endcall %}"#,
            success: bool = o["type"] == "success", text: String = text(&o["text"]))
    });
}

fn value_or(one: &Value, other: &Value) -> String {
    one.as_str().or(other.as_str()).unwrap_or_default().to_owned()
}

#[test]
fn ways_about() {
    check(
        "back-link",
        &["with custom text and link"],
        |o| rendered!(r#"{%- import "components/navigation.html" as c -%}{{ c::back_link(href, text = text) }}"#, href: String = value_or(&o["href"], &Value::from("#")), text: String = text(&o["text"])),
    );
    check(
        "skip-link",
        &["default"],
        |o| rendered!(r#"{%- import "components/navigation.html" as c -%}{{ c::skip_link(text, href) }}"#, text: String = text(&o["text"]), href: String = text(&o["href"])),
    );
    check(
        "breadcrumbs",
        &["with collapse on mobile"],
        |o| rendered!(r#"{%- import "components/navigation.html" as c -%}{{ c::breadcrumbs(links) }}"#, links: Vec<Link> = links(&o["items"])),
    );
    check(
        "phase-banner",
        &["text"],
        |o| rendered!(r#"{%- import "components/navigation.html" as c -%}{{ c::phase_banner(tag, text) }}"#, tag: String = text(&o["tag"]["text"]), text: String = text(&o["text"])),
    );
}

#[test]
fn pagination() {
    let names = ["default", "first page", "last page"];
    check("pagination", &names, |o| {
        let items = list(&o["items"]);
        let number = |item: &Value| {
            item["number"]
                .as_str()
                .and_then(|text| text.parse().ok())
                .or(item["number"].as_u64().map(|n| usize::try_from(n).expect("small")))
        };
        let current = items.iter().find(|item| truth(&item["current"])).and_then(number).expect("one is shown");
        let last = items.iter().filter_map(number).max().expect("pages");
        let pages = Pages { current, last, href: "/page/".to_owned() };
        rendered!(r#"{%- import "components/navigation.html" as c -%}{{ c::pagination(pages) }}"#, pages: Pages = pages)
    });
}

#[test]
fn what_people_typed_is_shown_as_text() {
    let shown = rendered!(r#"{%- import "components/form.html" as c -%}{{ c::textarea(name, label, value = value, error = value) }}"#,
        name: String = "n".to_owned(), label: String = "<b>".to_owned(), value: String = "</textarea><script>\"'&".to_owned());
    assert!(!shown.contains("<script>") && !shown.contains("<b>"), "{shown}");
}

#[test]
fn a_required_text_says_what_to_enter_and_how_long_it_may_be() {
    let said = |given: &str| {
        let mut errors = Errors::default();
        errors.text("comment", given, ("what was done", 2_000));
        errors.of("comment").to_owned()
    };
    assert_eq!(said(" \n"), "Enter what was done");
    assert_eq!(said(&"é".repeat(2_001)), "What was done must be 2,000 characters or fewer");
    assert_eq!(said(&"é".repeat(2_000)), "");
}
