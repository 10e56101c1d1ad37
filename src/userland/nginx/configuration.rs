//! `nginx.conf`: the directives a site of plain files needs; any other is refused by name.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::lexer::{self, Directive};
use super::site::{Location, Site};

/// Where it is unless `-c` says otherwise.
pub(super) const DEFAULT_PATH: &str = "/etc/nginx/nginx.conf";

/// They tune what this server does not have to tune.
const INDIFFERENT: &[&str] = &[
    "default_type",
    "error_log",
    "multi_accept",
    "sendfile",
    "tcp_nodelay",
    "tcp_nopush",
    "types_hash_max_size",
    "worker_connections",
    "worker_processes",
];

/// Reads a configuration and the files it includes.
///
/// # Errors
/// A sentence with the file and the line.
pub(super) fn read(path: &Path) -> Result<Site, String> {
    let mut reading = Reading { site: Site::default(), servers: 0 };
    match reading.file(path, 0) {
        Ok(()) => Ok(reading.site),
        Err(Fault::Here(text) | Fault::AtLine(_, text) | Fault::Placed(text)) => Err(text),
    }
}

/// What is wrong, and how much is known of where.
enum Fault {
    /// In the directive being read.
    Here(String),
    /// On another line of the same file.
    AtLine(usize, String),
    /// File and line are said.
    Placed(String),
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Here(text)
    }
}

fn unread(what: &str) -> String {
    format!("{what} is not read by this stand-in for nginx")
}

struct Reading {
    site: Site,
    servers: usize,
}

/// Which block a directive stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Main,
    Events,
    Http,
    Server,
}

impl Reading {
    fn file(&mut self, path: &Path, depth: usize) -> Result<(), Fault> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let number = error.raw_os_error().unwrap_or_default();
            format!("open() \"{}\" failed ({number}: {})", path.display(), crate::userland::applets::describe(&error))
        })?;
        let directives = lexer::read(&text)
            .map_err(|(line, reason)| Fault::Placed(format!("{reason} in {}:{line}", path.display())))?;
        // A file of `conf.d` is inside `http` already.
        let within = if depth == 0 { Within::Main } else { Within::Http };
        self.block(&directives, within, path, depth)
    }

    fn block(&mut self, block: &[Directive], within: Within, file: &Path, depth: usize) -> Result<(), Fault> {
        for directive in block {
            let place = |line: usize, reason: String| Fault::Placed(format!("{reason} in {}:{line}", file.display()));
            self.directive(directive, within, file, depth).map_err(|fault| match fault {
                Fault::Here(reason) => place(directive.line, reason),
                Fault::AtLine(line, reason) => place(line, reason),
                placed @ Fault::Placed(_) => placed,
            })?;
        }
        Ok(())
    }

    fn directive(&mut self, directive: &Directive, within: Within, file: &Path, depth: usize) -> Result<(), Fault> {
        let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
        let (name, values) = words.split_first().map_or(("", &[][..]), |(name, values)| (*name, values));
        let unknown = || Err(Fault::Here(unread(&format!("directive \"{name}\""))));
        match (&directive.block, within, name) {
            (Some(block), Within::Main, "events") => self.block(block, Within::Events, file, depth),
            (Some(block), Within::Main, "http") => self.block(block, Within::Http, file, depth),
            (Some(block), Within::Http, "server") => {
                self.servers += 1;
                if self.servers > 1 {
                    return Err(Fault::Here(unread("a second \"server\"")));
                }
                self.block(block, Within::Server, file, depth)
            }
            (Some(block), Within::Server, "location") => self.location(values, block),
            (Some(_), ..) => unknown(),
            (None, Within::Http, "include") => self.include(values, file, depth),
            (None, Within::Main, "pid") => {
                self.site.pid = values.first().copied().unwrap_or_default().into();
                Ok(())
            }
            (None, Within::Main, "user") => match values.first() {
                Some(&"nginx") => Ok(()),
                Some(&"root") => {
                    self.site.user = None;
                    Ok(())
                }
                _ => Err(Fault::Here(unread("a \"user\" but nginx or root"))),
            },
            (None, Within::Main, "daemon") if values == ["off"] => Ok(()),
            (None, Within::Main | Within::Events | Within::Http, name) if INDIFFERENT.contains(&name) => Ok(()),
            (None, Within::Http | Within::Server, _) => {
                self.of_site(name, values).map_or_else(unknown, |read| Ok(read?))
            }
            (None, ..) => unknown(),
        }
    }

    /// `None`: no directive of a site.
    fn of_site(&mut self, name: &str, values: &[&str]) -> Option<Result<(), String>> {
        let one = || match values {
            [value] => Ok(*value),
            _ => Err(format!("invalid number of arguments in \"{name}\" directive")),
        };
        Some(match name {
            "root" => one().map(|root| self.site.root = root.into()),
            "index" => {
                self.site.index = values.iter().map(|value| (*value).to_owned()).collect();
                Ok(())
            }
            "server_name" => {
                values.first().copied().unwrap_or_default().clone_into(&mut self.site.name);
                Ok(())
            }
            "listen" => self.listen(values),
            "access_log" => {
                self.site.access_log = values.first() != Some(&"off");
                Ok(())
            }
            "error_page" => self.error_page(values),
            "keepalive_timeout" => one().and_then(|value| {
                let seconds = value.trim_end_matches('s').parse();
                self.site.keepalive =
                    seconds.map_err(|_| format!("\"keepalive_timeout\" has an invalid value \"{value}\""))?;
                Ok(())
            }),
            _ => return None,
        })
    }

    fn listen(&mut self, values: &[&str]) -> Result<(), String> {
        let (value, options) = values.split_first().ok_or("invalid number of arguments in \"listen\" directive")?;
        if let Some(option) = options.iter().find(|option| **option != "default_server") {
            return Err(unread(&format!("the \"{option}\" parameter of \"listen\"")));
        }
        let address = value
            .parse::<SocketAddr>()
            .or_else(|_| value.parse::<u16>().map(|port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))))
            .or_else(|_| value.trim_matches(['[', ']']).parse::<IpAddr>().map(|address| (address, 80).into()))
            .map_err(|_| format!("invalid port or address in \"{value}\" of the \"listen\" directive"))?;
        if self.site.listen == Site::default().listen {
            self.site.listen.clear();
        }
        self.site.listen.push(address);
        Ok(())
    }

    fn error_page(&mut self, values: &[&str]) -> Result<(), String> {
        let Some((page, codes)) =
            values.split_last().filter(|(page, codes)| page.starts_with('/') && !codes.is_empty())
        else {
            return Err(unread("this form of \"error_page\""));
        };
        for code in codes {
            let code = code.parse().map_err(|_| format!("invalid value \"{code}\""))?;
            self.site.error_pages.insert(code, (*page).to_owned());
        }
        Ok(())
    }

    fn location(&mut self, values: &[&str], block: &[Directive]) -> Result<(), Fault> {
        let (exact, prefix) = match values {
            [prefix] if prefix.starts_with('/') => (false, *prefix),
            ["=", path] => (true, *path),
            _ => return Err(Fault::Here(unread(&format!("\"location {}\"", values.join(" "))))),
        };
        let mut location = Location { exact, prefix: prefix.to_owned(), root: None, index: None };
        for directive in block {
            match directive.words.split_first().map(|(name, values)| (name.as_str(), values)) {
                Some(("root", [root])) => location.root = Some(PathBuf::from(root)),
                Some(("index", values)) => location.index = Some(values.to_vec()),
                Some((name, _)) => {
                    return Err(Fault::AtLine(directive.line, unread(&format!("directive \"{name}\""))));
                }
                None => {}
            }
        }
        self.site.locations.push(location);
        Ok(())
    }

    /// A file, or every file of a directory whose name ends so: `conf.d/*.conf`. The types of files are built in.
    fn include(&mut self, values: &[&str], file: &Path, depth: usize) -> Result<(), Fault> {
        let [pattern] = values else {
            return Err(Fault::Here("invalid number of arguments in \"include\" directive".to_owned()));
        };
        let pattern = file.parent().unwrap_or(Path::new("/")).join(pattern);
        let name = pattern.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == "mime.types" {
            return Ok(());
        }
        if depth > 0 {
            return Err(Fault::Here(unread("an \"include\" in an included file")));
        }
        let Some(end) = name.strip_prefix('*') else { return self.file(&pattern, depth + 1) };
        let directory = pattern.parent().unwrap_or(Path::new("/"));
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(end))
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files.iter().try_for_each(|file| self.file(file, depth + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str) -> Result<Site, String> {
        let directory = tempfile::tempdir().unwrap();
        let main = directory.path().join("nginx.conf");
        std::fs::write(&main, "user nginx;\nevents { worker_connections 9; }\nhttp {\n include conf.d/*.conf;\n}\n")
            .unwrap();
        std::fs::create_dir(directory.path().join("conf.d")).unwrap();
        std::fs::write(directory.path().join("conf.d/default.conf"), text).unwrap();
        read(&main).map_err(|error| error.replace(&directory.path().display().to_string(), ""))
    }

    #[test]
    fn a_site_of_files_is_read() {
        let site = site(
            "server {\n listen 8080;\n listen [::]:8080 default_server;\n server_name example.org;\n root /srv;\n\
             location /img/ { root /data; }\n location = /x { root /y; index z; }\n error_page 404 500 /oops.html;\n}",
        )
        .unwrap();
        assert_eq!(site.listen.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.0.0.0:8080", "[::]:8080"]);
        assert_eq!(site.place("/img/a.png").0, Path::new("/data"));
        assert_eq!(site.place("/x").0, Path::new("/y"));
        assert_eq!(site.place("/other").0, Path::new("/srv"));
        assert_eq!(site.error_pages[&500], "/oops.html");
    }

    #[test]
    fn what_is_not_read_is_refused_by_name_and_line() {
        assert_eq!(
            site("server {\n location / {\n  proxy_pass http://app;\n }\n}").unwrap_err(),
            "directive \"proxy_pass\" is not read by this stand-in for nginx in /conf.d/default.conf:3"
        );
        assert!(site("server {\n listen 443 ssl;\n}").unwrap_err().contains("\"ssl\""));
        assert!(site("server {\n gzip on;\n}").unwrap_err().contains("\"gzip\""));
        assert!(site("upstream app { }").unwrap_err().contains("\"upstream\""));
    }
}
