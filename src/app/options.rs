//! The program's own options, declared and parsed in one place.

use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use super::command::{AnswerFormat, COMMAND_WORDS, Command, CommandWord, PackCommand};
use super::problem::{Problem, nearest};
use crate::i18n::Language;

/// How the program was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What to do.
    pub command: Command,
    /// `--lang`.
    pub language: Option<Language>,
    /// `--état`.
    pub state: Option<PathBuf>,
    /// `--format`.
    pub format: AnswerFormat,
    /// `--plain`.
    pub plain: bool,
    /// `-c LINE`: one line instead of the input.
    pub line: Option<String>,
}

/// Where registries listen.
const REGISTRY_PORT: u16 = 5000;

/// Long options, for suggestions.
const OPTION_WORDS: [&str; 15] = [
    "--adresse",
    "--autoriser-suppression",
    "--image",
    "--lang",
    "--état",
    "--etat",
    "--state",
    "--format",
    "--plain",
    "--repair",
    "--réparer",
    "--simple",
    "--solution",
    "--version",
    "--help",
];

impl Options {
    /// Reads the call. Under the name `docker`, everything belongs to docker.
    ///
    /// # Errors
    /// A [`Problem`] to be said, then exit code 2. The language may already be known: it is given back too.
    pub fn parse(name: &OsStr, arguments: Vec<OsString>) -> Result<Self, (Problem, Option<Language>)> {
        let mut options = Self {
            command: Command::Shell,
            language: None,
            state: None,
            format: AnswerFormat::Text,
            plain: false,
            line: None,
        };
        if Path::new(name).file_name().is_some_and(|name| name == "docker") {
            options.command = Command::Docker(arguments);
            return Ok(options);
        }
        match options.read(Parser::from_args(arguments)) {
            Ok(()) => Ok(options),
            Err(problem) => Err((problem, options.language)),
        }
    }

    fn read(&mut self, mut parser: Parser) -> Result<(), Problem> {
        let mut word = None;
        let mut operands: Vec<OsString> = Vec::new();
        let (mut solution, mut repair) = (false, false);
        let mut registry = RegistryWords::default();
        let mut images = Vec::new();
        while let Some(argument) = parser.next().map_err(|error| understand(&error))? {
            match argument {
                Arg::Long("lang") => self.language = Some(language(&mut parser)?),
                Arg::Long("état" | "etat" | "state") => {
                    self.state = Some(PathBuf::from(value(&mut parser, "--état")?));
                }
                Arg::Long("format") => self.format = format(&mut parser)?,
                Arg::Long("plain" | "simple") => self.plain = true,
                Arg::Long("solution") => solution = true,
                Arg::Long("réparer" | "reparer" | "repair") => repair = true,
                Arg::Long("adresse" | "address") => registry.address = Some(address(&mut parser)?),
                Arg::Long("autoriser-suppression" | "allow-deletion") => registry.deletion = true,
                Arg::Long("image") => images.push(value(&mut parser, "--image")?.to_string_lossy().into_owned()),
                Arg::Short('c') => self.line = Some(value(&mut parser, "-c")?.string().unwrap_or_default()),
                Arg::Long("help" | "aide") | Arg::Short('h') => word = Some((CommandWord::Help, "--help".into())),
                Arg::Long("version") | Arg::Short('V') => word = Some((CommandWord::Version, "--version".into())),
                Arg::Value(first) if word.is_none() => {
                    let found = command_word(&first)?;
                    if found == CommandWord::Docker {
                        // What follows is docker's, dashes included.
                        let rest = parser.raw_args().map(Iterator::collect).unwrap_or_default();
                        self.command = Command::Docker(rest);
                        return Ok(());
                    }
                    word = Some((found, first.to_string_lossy().into_owned()));
                }
                Arg::Value(operand) => operands.push(operand),
                Arg::Short(letter) => return Err(unknown_option(&format!("-{letter}"))),
                Arg::Long(name) => return Err(unknown_option(&format!("--{name}"))),
            }
        }
        self.command = match word {
            Some((CommandWord::Pack, _)) => pack(operands, std::mem::take(&mut images))?,
            word => assemble(word, operands, solution, registry)?,
        };
        match self.command {
            _ if !images.is_empty() => Err(unknown_option("--image")),
            Command::Doctor { repair: ref asked } if !asked => {
                self.command = Command::Doctor { repair };
                Ok(())
            }
            _ if repair => Err(unknown_option("--réparer")),
            Command::Registry { .. } => Ok(()),
            _ if registry.address.is_some() => Err(unknown_option("--adresse")),
            _ if registry.deletion => Err(unknown_option("--autoriser-suppression")),
            _ => Ok(()),
        }
    }
}

/// The options of `registre`.
#[derive(Debug, Clone, Copy, Default)]
struct RegistryWords {
    address: Option<SocketAddr>,
    deletion: bool,
}

fn assemble(
    word: Option<(CommandWord, String)>,
    operands: Vec<OsString>,
    solution: bool,
    registry: RegistryWords,
) -> Result<Command, Problem> {
    let mut operands = operands.into_iter();
    let mut lesson = |command: &str| {
        let first = operands.next().and_then(|operand| operand.into_string().ok());
        first.ok_or_else(|| Problem::MissingLesson { command: command.to_owned() })
    };
    let command = match word {
        None => Command::Shell,
        Some((CommandWord::Check, name)) => Command::Check { lesson: lesson(&name)? },
        Some((CommandWord::Play, name)) => {
            let lesson = lesson(&name)?;
            if !solution {
                return Err(Problem::PlayWithoutSolution);
            }
            Command::Play { lesson }
        }
        Some((CommandWord::Validate, _)) => Command::Validate { directory: operands.next().map(PathBuf::from) },
        Some((CommandWord::Registry, _)) => Command::Registry {
            address: registry.address.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, REGISTRY_PORT))),
            deletion: registry.deletion,
        },
        Some((CommandWord::Pack, _)) => return pack(operands.collect(), Vec::new()),
        Some((CommandWord::Lessons, _)) => Command::Lessons,
        Some((CommandWord::Doctor, _)) => Command::Doctor { repair: false },
        Some((CommandWord::Help, _)) => Command::Help,
        Some((CommandWord::Version, _)) => Command::Version,
        Some((CommandWord::Docker, _)) => Command::Docker(operands.by_ref().collect()),
    };
    match operands.next() {
        Some(argument) => Err(Problem::Unexpected { argument: argument.to_string_lossy().into_owned() }),
        None => Ok(command),
    }
}

/// `paquet créer FICHIER [LEÇON…]`, `paquet installer FICHIER`, `paquet vérifier FICHIER`.
fn pack(operands: Vec<OsString>, images: Vec<String>) -> Result<Command, Problem> {
    let mut operands = operands.into_iter();
    let verb = operands.next().map(|verb| verb.to_string_lossy().into_owned()).unwrap_or_default();
    let file = operands.next().map(PathBuf::from);
    let rest: Vec<String> = operands.map(|operand| operand.to_string_lossy().into_owned()).collect();
    let file = file.ok_or_else(|| Problem::MissingPack { command: format!("paquet {verb}").trim_end().to_owned() });
    let command = match verb.as_str() {
        "créer" | "creer" | "create" => PackCommand::Create { file: file?, lessons: rest, images },
        "installer" | "install" if rest.is_empty() => PackCommand::Install { file: file? },
        "vérifier" | "verifier" | "verify" | "check" if rest.is_empty() => PackCommand::Verify { file: file? },
        "installer" | "install" | "vérifier" | "verifier" | "verify" | "check" => {
            return Err(Problem::Unexpected { argument: rest[0].clone() });
        }
        "" => return Err(Problem::MissingPack { command: "paquet".to_owned() }),
        _ => {
            let words = ["créer", "installer", "vérifier", "create", "install", "verify"];
            let suggestion = nearest(&verb, words).map(|word| format!("paquet {word}"));
            return Err(Problem::UnknownCommand { command: format!("paquet {verb}"), suggestion });
        }
    };
    Ok(Command::Pack(command))
}

fn command_word(word: &OsStr) -> Result<CommandWord, Problem> {
    let word = word.to_string_lossy();
    let known = COMMAND_WORDS.iter().find(|(name, _)| *name == word);
    known.map(|(_, command)| *command).ok_or_else(|| Problem::UnknownCommand {
        suggestion: nearest(&word, COMMAND_WORDS.iter().map(|(name, _)| *name)),
        command: word.into_owned(),
    })
}

fn unknown_option(option: &str) -> Problem {
    Problem::UnknownOption { option: option.to_owned(), suggestion: nearest(option, OPTION_WORDS) }
}

fn value(parser: &mut Parser, option: &str) -> Result<OsString, Problem> {
    parser.value().map_err(|_| Problem::MissingValue { option: option.to_owned() })
}

/// `127.0.0.1:5000`, `[::1]:5000`, a port alone, or an address alone.
fn address(parser: &mut Parser) -> Result<SocketAddr, Problem> {
    let value = value(parser, "--adresse")?.to_string_lossy().into_owned();
    let host = value.replace("localhost", "127.0.0.1");
    // A port alone is the loopback's: other addresses want to be spelt out.
    let port = host.strip_prefix(':').unwrap_or(&host).parse::<u16>().ok();
    let local = port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let alone = || host.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, REGISTRY_PORT));
    let found = local.or_else(|| host.parse().ok()).or_else(alone);
    found.ok_or(Problem::BadValue { option: "--adresse".into(), value, choices: "127.0.0.1:5000, 0.0.0.0:5000" })
}

fn language(parser: &mut Parser) -> Result<Language, Problem> {
    let value = value(parser, "--lang")?.to_string_lossy().into_owned();
    value.parse().map_err(|_| Problem::BadValue { option: "--lang".into(), value, choices: "fr, en" })
}

fn format(parser: &mut Parser) -> Result<AnswerFormat, Problem> {
    let value = value(parser, "--format")?.to_string_lossy().into_owned();
    match value.as_str() {
        "text" | "texte" => Ok(AnswerFormat::Text),
        "json" => Ok(AnswerFormat::Json),
        _ => Err(Problem::BadValue { option: "--format".into(), value, choices: "json, texte" }),
    }
}

fn understand(error: &lexopt::Error) -> Problem {
    match error {
        lexopt::Error::MissingValue { option } => Problem::MissingValue { option: option.clone().unwrap_or_default() },
        lexopt::Error::UnexpectedOption(option) => unknown_option(option),
        lexopt::Error::UnexpectedValue { value, .. } => {
            Problem::Unexpected { argument: value.to_string_lossy().into_owned() }
        }
        other => Problem::Unexpected { argument: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Problem> {
        let arguments = line.split_whitespace().map(OsString::from).collect();
        Options::parse(OsStr::new("/usr/bin/moussaillon"), arguments).map_err(|(problem, _)| problem)
    }

    #[test]
    fn nothing_opens_the_shell() {
        assert_eq!(parse("").unwrap().command, Command::Shell);
        assert_eq!(parse("--lang en").unwrap().language, Some(Language::English));
    }

    #[test]
    fn everything_after_docker_is_dockers() {
        let options = parse("--état /tmp/e docker run --lang -it alpine").unwrap();
        assert_eq!(options.command, Command::Docker(["run", "--lang", "-it", "alpine"].map(OsString::from).to_vec()));
        assert_eq!(options.state, Some(PathBuf::from("/tmp/e")));
    }

    #[test]
    fn called_docker_it_is_docker() {
        let options = Options::parse(OsStr::new("/x/bin/docker"), vec!["--version".into()]).unwrap();
        assert_eq!(options.command, Command::Docker(vec!["--version".into()]));
    }

    #[test]
    fn accents_are_optional_and_english_is_understood() {
        for line in ["vérifier diff", "verifier diff", "check diff"] {
            assert_eq!(parse(line).unwrap().command, Command::Check { lesson: "diff".into() });
        }
        for line in ["--état d", "--etat d", "--state d", "--state=d"] {
            assert_eq!(parse(line).unwrap().state, Some(PathBuf::from("d")));
        }
    }

    #[test]
    fn a_registry_listens_to_this_machine_unless_an_address_is_spelt_out() {
        let address = |line: &str| match parse(line).unwrap().command {
            Command::Registry { address, deletion } => (address.to_string(), deletion),
            other => panic!("{other:?}"),
        };
        assert_eq!(address("registre"), ("127.0.0.1:5000".to_owned(), false));
        assert_eq!(address("registry --address :5001 --allow-deletion"), ("127.0.0.1:5001".to_owned(), true));
        assert_eq!(address("registre --adresse 0.0.0.0:80").0, "0.0.0.0:80");
        assert_eq!(address("registre --adresse localhost:0").0, "127.0.0.1:0");
        assert_eq!(address("registre --adresse ::1").0, "[::1]:5000");
        assert!(parse("registre --adresse nowhere").is_err());
        assert!(parse("leçons --adresse :5001").is_err());
    }

    #[test]
    fn only_the_doctor_repairs() {
        for line in ["diagnostic --réparer", "diagnostic --reparer", "--repair doctor"] {
            assert_eq!(parse(line).unwrap().command, Command::Doctor { repair: true });
        }
        assert_eq!(parse("doctor").unwrap().command, Command::Doctor { repair: false });
        assert!(matches!(parse("leçons --réparer"), Err(Problem::UnknownOption { .. })));
    }

    #[test]
    fn packs_are_made_checked_and_installed() {
        let pack = |line: &str| match parse(line).unwrap() {
            Options { command: Command::Pack(pack), .. } => pack,
            other => panic!("{other:?}"),
        };
        let file = PathBuf::from("a.paquet");
        assert_eq!(
            pack("paquet créer a.paquet 1 diff --image debian --image busybox:1"),
            PackCommand::Create {
                file: file.clone(),
                lessons: vec!["1".into(), "diff".into()],
                images: vec!["debian".into(), "busybox:1".into()],
            }
        );
        assert_eq!(pack("pack install a.paquet"), PackCommand::Install { file: file.clone() });
        assert_eq!(pack("paquet verifier a.paquet"), PackCommand::Verify { file });
        assert_eq!(parse("paquet installer"), Err(Problem::MissingPack { command: "paquet installer".into() }));
        assert_eq!(parse("paquet installer a b"), Err(Problem::Unexpected { argument: "b".into() }));
        assert!(matches!(parse("paquet instaler a"), Err(Problem::UnknownCommand { suggestion: Some(_), .. })));
        assert!(matches!(parse("leçons --image a"), Err(Problem::UnknownOption { .. })));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            parse("--lagn fr"),
            Err(Problem::UnknownOption { option: "--lagn".into(), suggestion: Some("--lang".into()) })
        );
        assert_eq!(
            parse("lecon"),
            Err(Problem::UnknownCommand { command: "lecon".into(), suggestion: Some("lecons".into()) })
        );
        assert_eq!(parse("check"), Err(Problem::MissingLesson { command: "check".into() }));
        assert_eq!(parse("jouer diff"), Err(Problem::PlayWithoutSolution));
        assert_eq!(parse("diagnostic x"), Err(Problem::Unexpected { argument: "x".into() }));
        assert!(matches!(parse("--lang de"), Err(Problem::BadValue { .. })));
    }
}
