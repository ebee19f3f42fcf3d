//! `ledger-verifier`: a public key, a witness file and bundles in; a verdict out.
//! Exit status: 0 it holds, 4 it does not, 2 it could not be told.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line prints")]

use std::{fs::File, io::BufReader, path::Path, process::ExitCode};

use ledger_verifier::{Verdict, VerifierKey, Witness, bundle, commands, receipt};

const HELP: &str = "\
ledger-verifier: is the log the one that was recorded?

  ledger-verifier --key KEY --witness PATH BUNDLE...     one bundle, or several that follow on each other
  ledger-verifier receipt FILE --key KEY [--witness PATH]
  ledger-verifier commands FILE --key KEY --witness PATH    are commands and refusals the ones that were witnessed?
  ledger-verifier witness PATH --key KEY                 is the witness file itself whole?

  --key       the verifier key, or a file that holds it (`training-ledger witness key`)
  --witness   the witness file, or its folder; leaf hashes are read from `leaves` beside it

Exit status: 0 it holds, 4 it does not, 2 it could not be told.";

/// Behind a verdict that something is wrong.
const WHAT_NOW: &str = "\
What now: keep these files, the witness folder and the key as they are; whoever looks after the log compares the named \
position with a backup from before. Positions in front of it are proved. docs/proof.md says what follows.";

#[derive(Default)]
struct Asked {
    key: Option<String>,
    witness: Option<String>,
    words: Vec<String>,
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(Some(verdict)) => {
            println!("{verdict}");
            if !verdict.holds() {
                println!("{WHAT_NOW}");
            }
            ExitCode::from(if verdict.holds() { 0 } else { 4 })
        }
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(said) => {
            eprintln!("ledger-verifier: {said}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<Option<Verdict>, String> {
    let Some(asked) = read(arguments)? else { return Ok(None) };
    let key = asked.key.ok_or("no key was given; say --key")?;
    let key = VerifierKey::read(&std::fs::read_to_string(&key).unwrap_or(key))?;
    if let [word, file] = asked.words.as_slice()
        && word == "commands"
    {
        let folder = asked.witness.ok_or("no witness folder was given; say --witness")?;
        let witness = Witness::read_commands(Path::new(&folder), &key)?;
        return commands::verify(&key, &witness, open(file)?).map(Some);
    }
    let witness = asked.witness.as_deref().map(|path| Witness::read(Path::new(path), &key)).transpose()?;
    let is_given = witness.is_some();
    let witness = witness.unwrap_or_default();
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["receipt", file] => receipt::verify(&key, &witness, &text(file)?).map(Some),
        ["witness", path] => Witness::read(Path::new(path), &key).map(|witness| Some(whole(&witness))),
        [] | ["receipt" | "witness" | "commands", ..] => Err("nothing to verify was named; see --help".to_owned()),
        _ if !is_given => Err("no witness file was given; say --witness".to_owned()),
        bundles => {
            let opened = bundles.iter().map(|path| open(path)).collect::<Result<Vec<_>, _>>()?;
            bundle::verify(&key, &witness, opened).map(Some)
        }
    }
}

/// Nothing if only help is wanted.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Asked>, String> {
    let mut asked = Asked::default();
    while let Some(argument) = arguments.next() {
        let mut value = |name: &str| arguments.next().ok_or_else(|| format!("{name} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--key" => asked.key = Some(value("--key")?),
            "--witness" => asked.witness = Some(value("--witness")?),
            option if option.starts_with('-') => return Err(format!("there is no option {option}; see --help")),
            _ => asked.words.push(argument),
        }
    }
    Ok(Some(asked))
}

fn whole(witness: &Witness) -> Verdict {
    Verdict::Holds(ledger_verifier::Proved {
        from: 1,
        to: witness.size(),
        covered: witness.size(),
        checkpoints: witness.checkpoints().len(),
        remarks: witness.remarks().to_vec(),
    })
}

fn text(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))
}

fn open(path: &str) -> Result<BufReader<File>, String> {
    File::open(path).map(BufReader::new).map_err(|error| format!("{path} cannot be read: {error}"))
}
