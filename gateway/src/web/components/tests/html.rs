//! HTML as what a browser makes of it: tags with their attributes in any order, texts without needless space.

/// Tags and texts in order.
pub(super) fn tokens(html: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        push_text(&mut tokens, text);
        let Some(end) = end_of_tag(after) else { break };
        tokens.push(tag(&after[1..end]));
        rest = &after[end + 1..];
    }
    tokens
}

fn push_text(tokens: &mut Vec<String>, text: &str) {
    let text = entities(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    if !text.is_empty() {
        tokens.push(text);
    }
}

/// The `>` that is not inside a value.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().skip(1).find_map(|(place, letter)| {
        quoted ^= letter == '"';
        (letter == '>' && !quoted).then_some(place)
    })
}

fn tag(inside: &str) -> String {
    let inside = inside.trim().trim_end_matches('/');
    let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut all = split(attributes);
    all.sort();
    format!("<{name} {}>", all.join(" "))
}

fn split(attributes: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    for letter in attributes.chars() {
        quoted ^= letter == '"';
        if letter.is_whitespace() && !quoted {
            all.push(String::new());
        } else {
            all.last_mut().expect("never empty").push(letter);
        }
    }
    let spaced = |text: String| entities(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    all.into_iter().filter(|text| !text.is_empty()).map(spaced).collect()
}

fn entities(text: &str) -> String {
    [
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#60;", "<"),
        ("&lt;", "<"),
        ("&#62;", ">"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}
