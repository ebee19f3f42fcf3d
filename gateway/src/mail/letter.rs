//! A mail's text, once: a subject and blocks, from which the text part, the HTML part and the preview are made.
//! Names come into it only through [`super::plain::name`]; HTML is made by escaping everything.

use std::fmt::Write;

/// A mail as it will be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// In their order.
    pub blocks: Vec<Block>,
}

/// A piece of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A heading.
    Heading(&'static str),
    /// What is to be done, and the address where.
    Link {
        /// What.
        label: &'static str,
        /// Where; always an address of this service.
        url: String,
    },
    /// Facts, each with its name.
    Facts(Vec<(&'static str, String)>),
}

impl Letter {
    /// The text part.
    pub fn text(&self) -> String {
        self.blocks.iter().map(Block::text).collect::<Vec<_>>().join("\n\n") + "\n"
    }

    /// The HTML part.
    pub fn html(&self) -> String {
        let body: String = self.blocks.iter().map(Block::html).collect();
        let subject = escaped(&self.subject);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
             <body style=\"font-family: Arial, sans-serif; font-size: 19px; line-height: 25px; color: #0b0c0c; \
             max-width: 580px; margin: 0 auto; padding: 20px\">\n{body}</body>\n</html>\n"
        )
    }
}

impl Block {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Heading(heading) => (*heading).to_owned(),
            Self::Link { label, url } => format!("{label}:\n{url}"),
            Self::Facts(facts) => {
                facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Text(text) => format!("<p>{}</p>\n", escaped(text)),
            Self::Heading(heading) => {
                format!("<h2 style=\"font-size: 24px; line-height: 30px\">{}</h2>\n", escaped(heading))
            }
            Self::Link { label, url } => {
                let (url, label) = (escaped(url), escaped(label));
                format!("<p><a href=\"{url}\" style=\"color: #1d70b8\">{label}</a><br>{url}</p>\n")
            }
            Self::Facts(facts) => facts_as_html(facts),
        }
    }
}

fn facts_as_html(facts: &[(&'static str, String)]) -> String {
    let rows = facts.iter().fold(String::new(), |mut rows, (name, value)| {
        writeln!(rows, "<dt style=\"font-weight: bold\">{}</dt><dd>{}</dd>", escaped(name), escaped(value))
            .expect("a text takes more text");
        rows
    });
    format!("<dl>\n{rows}</dl>\n")
}

/// Nothing in it is markup any more.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
        safe
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_name_is_text() {
        let letter = Letter {
            subject: "</title><script>".into(),
            blocks: vec![
                Block::Text("<img src=x onerror=alert(1)>".into()),
                Block::Facts(vec![("School", "\"><b>".into())]),
            ],
        };
        let html = letter.html();
        for markup in ["<script", "<img", "<b>", "\"><b"] {
            assert!(!html.contains(markup), "{markup}: {html}");
        }
        assert!(letter.text().contains("<img src=x"));
    }
}
