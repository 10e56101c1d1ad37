//! The applets, one concept per file, and the table of them all.

mod basic;
mod cmp;
mod compare;
mod date;
mod digest;
mod du;
mod environment;
mod expr;
mod expression;
mod failure;
mod files;
mod find;
mod find_test;
mod grep;
mod gzip;
mod identity;
mod listing;
mod ls;
mod mount;
mod names;
mod options;
mod paging;
mod processes;
mod ps;
mod sort;
mod stream;
mod stty;
mod system;
mod table;
mod tail;
mod tar;
mod which;
mod xargs;

use std::ffi::OsString;
use std::io::{BufWriter, Write};

use failure::Failure;
use table::FilterMain;

pub(super) use options::{Accepted, Options, Order, short};
pub(super) use stream::describe;
pub use table::{APPLETS, Applet, Program};

/// What a shell gives a program that died of SIGPIPE.
const BROKEN_PIPE: i32 = 141;

/// Runs an applet of the filter kind; its errors go to standard error as `name: error`.
pub fn run_filter(name: &str, main: FilterMain, arguments: &[OsString]) -> i32 {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let result = main(arguments, &mut output).and_then(|code| output.flush().map(|()| code).map_err(Failure::from));
    match result {
        Ok(code) => code.into(),
        Err(Failure::BrokenPipe) => BROKEN_PIPE,
        Err(Failure::Message { text, code }) => {
            let _ = output.flush();
            failure::complain(name, &text);
            code.into()
        }
    }
}
