//! One file per verb: its table, what it asks, how it is done.

// Every verb is read and done through the same signatures, and most of Docker's flags are yes or no.
#![allow(clippy::unnecessary_wraps, clippy::struct_excessive_bools)]

pub mod attach;
pub mod build;
pub mod builder_prune;
pub mod buildx_du;
pub mod commit;
pub mod container_inspect;
pub mod container_prune;
pub mod cp;
pub mod create;
pub mod diff;
pub mod events;
pub mod exec;
pub mod export;
pub mod history;
pub mod image_inspect;
pub mod image_prune;
pub mod images;
pub mod import;
pub mod info;
pub mod inspect;
pub mod kill;
pub mod load;
pub mod login;
pub mod logout;
pub mod logs;
pub mod manifest_inspect;
pub mod network_connect;
pub mod network_create;
pub mod network_disconnect;
pub mod network_inspect;
pub mod network_ls;
pub mod network_prune;
pub mod network_rm;
pub mod pause;
pub mod port;
mod prune;
pub mod ps;
pub mod pull;
pub mod push;
pub mod rename;
pub mod restart;
pub mod rm;
pub mod rmi;
pub mod run;
pub mod save;
pub mod search;
pub mod start;
pub mod stats;
pub mod stop;
pub mod system_df;
pub mod system_prune;
pub mod tag;
pub mod top;
pub mod unpause;
pub mod unsupported;
pub mod update;
pub mod version;
pub mod volume_create;
pub mod volume_inspect;
pub mod volume_ls;
pub mod volume_prune;
pub mod volume_rm;
pub mod volume_update;
pub mod wait;

mod container_flags;

use super::verb::Verb;

/// The verbs the engine obeys.
pub(super) static OBEYED: &[&Verb] = &[
    &attach::VERB,
    &build::VERB,
    &builder_prune::VERB,
    &buildx_du::VERB,
    &commit::VERB,
    &container_inspect::VERB,
    &container_prune::VERB,
    &cp::VERB,
    &create::VERB,
    &diff::VERB,
    &events::VERB,
    &exec::VERB,
    &export::VERB,
    &history::VERB,
    &image_inspect::VERB,
    &image_prune::VERB,
    &images::VERB,
    &import::VERB,
    &info::VERB,
    &inspect::VERB,
    &kill::VERB,
    &load::VERB,
    &login::VERB,
    &logout::VERB,
    &logs::VERB,
    &manifest_inspect::VERB,
    &network_connect::VERB,
    &network_create::VERB,
    &network_disconnect::VERB,
    &network_inspect::VERB,
    &network_ls::VERB,
    &network_prune::VERB,
    &network_rm::VERB,
    &pause::VERB,
    &port::VERB,
    &ps::VERB,
    &pull::VERB,
    &push::VERB,
    &rename::VERB,
    &restart::VERB,
    &rm::VERB,
    &rmi::VERB,
    &run::VERB,
    &save::VERB,
    &search::VERB,
    &start::VERB,
    &stats::VERB,
    &stop::VERB,
    &system_df::VERB,
    &system_prune::VERB,
    &tag::VERB,
    &top::VERB,
    &unpause::VERB,
    &update::VERB,
    &version::VERB,
    &volume_create::VERB,
    &volume_inspect::VERB,
    &volume_ls::VERB,
    &volume_prune::VERB,
    &volume_rm::VERB,
    &volume_update::VERB,
    &wait::VERB,
];
