//! Which applets there are, and where an image links them (Alpine's places).

use std::ffi::OsString;

use super::failure::AppletResult;
use super::{
    basic, cmp, compare, date, digest, du, environment, expr, files, find, grep, gzip, identity, ls, mount, names,
    paging, processes, ps, sort, stty, system, tail, tar, which, xargs,
};
use crate::userland::{net, nginx};

/// A guest program.
#[derive(Debug, Clone, Copy)]
pub struct Applet {
    /// What it is called by.
    pub name: &'static str,
    /// Where the image must link it, absolute.
    pub path: &'static str,
    /// What runs.
    pub program: Program,
}

/// What runs under an applet's name.
#[derive(Debug, Clone, Copy)]
pub enum Program {
    /// `sh`
    Shell,
    /// A function of ours: arguments to status.
    Ours(fn(&[String]) -> i32),
    /// A function of ours that writes to a stream it is given.
    Filter(FilterMain),
    /// A crate of uutils: arguments, its own name first, to status.
    Coreutils(fn(Vec<OsString>) -> i32),
}

/// Arguments without the name, standard output, to status.
pub type FilterMain = fn(&[OsString], &mut dyn std::io::Write) -> AppletResult;

const fn filter(name: &'static str, path: &'static str, run: FilterMain) -> Applet {
    Applet { name, path, program: Program::Filter(run) }
}

const fn ours(name: &'static str, path: &'static str, run: fn(&[String]) -> i32) -> Applet {
    Applet { name, path, program: Program::Ours(run) }
}

const fn coreutils(name: &'static str, path: &'static str, run: fn(Vec<OsString>) -> i32) -> Applet {
    Applet { name, path, program: Program::Coreutils(run) }
}

/// All applets.
pub const APPLETS: &[Applet] = &[
    Applet { name: "sh", path: "/bin/sh", program: Program::Shell },
    ours("[", "/usr/bin/[", basic::bracket),
    Applet { name: "ash", path: "/bin/ash", program: Program::Shell },
    filter("basename", "/usr/bin/basename", names::basename),
    ours("cat", "/bin/cat", files::cat),
    coreutils("chgrp", "/bin/chgrp", |words| uu_chgrp::uumain(words.into_iter())),
    coreutils("chmod", "/bin/chmod", |words| uu_chmod::uumain(words.into_iter())),
    coreutils("chown", "/bin/chown", |words| uu_chown::uumain(words.into_iter())),
    ours("clear", "/usr/bin/clear", basic::clear),
    filter("cmp", "/usr/bin/cmp", cmp::main),
    coreutils("cp", "/bin/cp", |words| uu_cp::uumain(words.into_iter())),
    coreutils("cut", "/usr/bin/cut", |words| uu_cut::uumain(words.into_iter())),
    filter("date", "/bin/date", date::main),
    coreutils("dd", "/bin/dd", |words| uu_dd::uumain(words.into_iter())),
    coreutils("df", "/bin/df", |words| uu_df::uumain(words.into_iter())),
    ours("diff", "/usr/bin/diff", compare::diff),
    filter("dirname", "/usr/bin/dirname", names::dirname),
    filter("du", "/usr/bin/du", du::main),
    ours("echo", "/bin/echo", basic::echo),
    ours("env", "/usr/bin/env", environment::env),
    ours("expr", "/usr/bin/expr", expr::expr),
    ours("false", "/bin/false", basic::fail),
    filter("find", "/usr/bin/find", find::main),
    coreutils("fold", "/usr/bin/fold", |words| uu_fold::uumain(words.into_iter())),
    ours("free", "/usr/bin/free", system::free),
    filter("grep", "/bin/grep", grep::main),
    ours("groups", "/usr/bin/groups", identity::groups),
    filter("gunzip", "/bin/gunzip", gzip::gunzip),
    filter("gzip", "/bin/gzip", gzip::gzip),
    coreutils("head", "/usr/bin/head", |words| uu_head::uumain(words.into_iter())),
    ours("hexdump", "/usr/bin/hexdump", compare::hexdump),
    ours("hostname", "/bin/hostname", system::hostname),
    ours("id", "/usr/bin/id", identity::id),
    ours("ifconfig", "/sbin/ifconfig", net::ifconfig),
    ours("ip", "/sbin/ip", net::ip),
    ours("kill", "/bin/kill", environment::kill),
    ours("killall", "/usr/bin/killall", processes::killall),
    coreutils("ln", "/bin/ln", |words| uu_ln::uumain(words.into_iter())),
    ours("ls", "/bin/ls", ls::ls),
    ours("md5sum", "/usr/bin/md5sum", digest::md5sum),
    ours("mkdir", "/bin/mkdir", files::mkdir),
    coreutils("mktemp", "/bin/mktemp", |words| uu_mktemp::uumain(words.into_iter())),
    ours("mkfifo", "/usr/bin/mkfifo", processes::mkfifo),
    ours("more", "/bin/more", paging::more),
    filter("mount", "/bin/mount", mount::main),
    coreutils("mv", "/bin/mv", |words| uu_mv::uumain(words.into_iter())),
    ours("nc", "/usr/bin/nc", net::nc),
    ours("nginx", "/usr/sbin/nginx", nginx::main),
    coreutils("nl", "/usr/bin/nl", |words| uu_nl::uumain(words.into_iter())),
    ours("nproc", "/usr/bin/nproc", system::nproc),
    ours("nslookup", "/usr/bin/nslookup", net::nslookup),
    coreutils("od", "/usr/bin/od", |words| uu_od::uumain(words.into_iter())),
    ours("pidof", "/bin/pidof", processes::pidof),
    ours("ping", "/bin/ping", net::ping),
    ours("printenv", "/bin/printenv", environment::printenv),
    ours("printf", "/usr/bin/printf", basic::printf),
    ours("ps", "/bin/ps", ps::ps),
    ours("pwd", "/bin/pwd", environment::pwd),
    coreutils("readlink", "/usr/bin/readlink", |words| uu_readlink::uumain(words.into_iter())),
    coreutils("realpath", "/usr/bin/realpath", |words| uu_realpath::uumain(words.into_iter())),
    ours("rm", "/bin/rm", files::rm),
    ours("rmdir", "/bin/rmdir", files::rmdir),
    coreutils("sed", "/bin/sed", |words| sed::sed::uumain(words.into_iter())),
    coreutils("seq", "/usr/bin/seq", |words| uu_seq::uumain(words.into_iter())),
    ours("sha256sum", "/usr/bin/sha256sum", digest::sha256sum),
    ours("sha512sum", "/usr/bin/sha512sum", digest::sha512sum),
    ours("sleep", "/bin/sleep", basic::sleep),
    filter("sort", "/usr/bin/sort", sort::main),
    coreutils("split", "/usr/bin/split", |words| uu_split::uumain(words.into_iter())),
    coreutils("stat", "/bin/stat", |words| uu_stat::uumain(words.into_iter())),
    filter("stty", "/bin/stty", stty::main),
    ours("sync", "/bin/sync", system::sync),
    coreutils("tac", "/usr/bin/tac", |words| uu_tac::uumain(words.into_iter())),
    filter("tail", "/usr/bin/tail", tail::main),
    filter("tar", "/bin/tar", tar::main),
    coreutils("tee", "/usr/bin/tee", |words| uu_tee::uumain(words.into_iter())),
    ours("test", "/usr/bin/test", basic::test),
    ours("time", "/usr/bin/time", processes::time),
    coreutils("timeout", "/usr/bin/timeout", |words| uu_timeout::uumain(words.into_iter())),
    ours("touch", "/bin/touch", files::touch),
    coreutils("tr", "/usr/bin/tr", |words| uu_tr::uumain(words.into_iter())),
    ours("true", "/bin/true", basic::succeed),
    coreutils("truncate", "/usr/bin/truncate", |words| uu_truncate::uumain(words.into_iter())),
    ours("tty", "/usr/bin/tty", system::tty),
    ours("umount", "/bin/umount", paging::umount),
    ours("uname", "/bin/uname", system::uname),
    coreutils("uniq", "/usr/bin/uniq", |words| uu_uniq::uumain(words.into_iter())),
    ours("uptime", "/usr/bin/uptime", system::uptime),
    coreutils("wc", "/usr/bin/wc", |words| uu_wc::uumain(words.into_iter())),
    ours("wget", "/usr/bin/wget", net::wget),
    filter("which", "/usr/bin/which", which::main),
    ours("whoami", "/usr/bin/whoami", identity::whoami),
    filter("xargs", "/usr/bin/xargs", xargs::main),
    ours("yes", "/usr/bin/yes", basic::yes),
    filter("zcat", "/bin/zcat", gzip::zcat),
];
