//! Small files, small functions, a head on every file, and names that say something.

use syn::{spanned::Spanned, visit::Visit};

use super::source::{Source, files_ending};

const LINES_PER_FILE: usize = 500;
const LINES_PER_FUNCTION: usize = 60;
const ARGUMENTS: usize = 5; // `&self` and four more
const EMPTY_NAMES: [&str; 6] = ["manager", "helper", "util", "utils", "misc", "common"];

#[test]
fn no_file_is_longer_than_500_lines() {
    let long = files_ending(".rs").into_iter().filter(|source| source.text.lines().count() > LINES_PER_FILE);
    let long: Vec<String> = long.map(|source| format!("{}: {}", source.path, source.text.lines().count())).collect();
    assert!(long.is_empty(), "split these files: {long:#?}");
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for source in files_ending(".rs") {
        let head = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!(
            (1..=5).contains(&head),
            "{} opens with {head} lines of `//!`; one to five say what it is for",
            source.path
        );
    }
}

#[test]
fn no_file_has_an_empty_name() {
    for source in files_ending(".rs") {
        let name = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        assert!(!EMPTY_NAMES.contains(&name), "{} says nothing by its name", source.path);
    }
}

#[test]
fn no_function_is_longer_than_60_lines_or_takes_more_than_four_arguments() {
    let complaints: Vec<String> = files_ending(".rs").iter().flat_map(functions_out_of_bounds).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn nine_functions_of_ten_are_under_30_lines() {
    let mut lengths: Vec<usize> = files_ending(".rs").iter().flat_map(|source| read(source).lengths).collect();
    lengths.sort_unstable();
    let at = |share: usize| lengths[lengths.len() * share / 100];
    assert!(at(50) <= 10, "the median function has {} lines", at(50));
    assert!(at(90) <= 30, "the 90th percentile of functions has {} lines", at(90));
}

#[test]
fn nothing_is_left_open() {
    let open = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    for source in files_ending(".rs").into_iter().chain(files_ending(".sh")).chain(files_ending(".sql")) {
        for word in open {
            assert!(!source.text.contains(word), "{} holds {word}", source.path);
        }
    }
}

#[derive(Default)]
struct Functions {
    path: String,
    lengths: Vec<usize>,
    complaints: Vec<String>,
}

impl Functions {
    fn note(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let span = body.span();
        let lines = span.end().line + 1 - span.start().line;
        self.lengths.push(lines);
        if lines > LINES_PER_FUNCTION {
            self.complaints.push(format!("{}: {} has {lines} lines", self.path, signature.ident));
        }
        if signature.inputs.len() > ARGUMENTS {
            self.complaints.push(format!(
                "{}: {} takes {} arguments",
                self.path,
                signature.ident,
                signature.inputs.len()
            ));
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.note(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }
    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.note(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }
}

fn read(source: &Source) -> Functions {
    let file = syn::parse_file(&source.text).unwrap_or_else(|fault| panic!("{}: {fault}", source.path));
    let mut functions = Functions { path: source.path.clone(), ..Functions::default() };
    functions.visit_file(&file);
    functions
}

fn functions_out_of_bounds(source: &Source) -> Vec<String> {
    read(source).complaints
}
