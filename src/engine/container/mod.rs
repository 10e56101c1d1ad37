//! Containers: what was asked ([`ContainerConfig`], [`HostConfig`]), what is ([`ContainerRecord`],
//! [`ContainerStatus`]), and one file per verb.

mod attach;
mod commit;
mod commit_change;
mod config;
mod copy;
mod create;
mod create_checks;
mod detach;
mod device_nodes;
mod diff;
mod exec;
mod export;
mod groups;
mod health;
mod id;
mod isolation;
mod launch_plan;
mod limits;
mod list;
mod log_attributes;
mod log_options;
mod log_reader;
mod logs;
mod monitor_client;
pub(in crate::engine) mod mounts;
mod name;
mod names;
mod number_list;
mod pause;
mod prune;
mod record;
mod remove;
mod rename;
pub(in crate::engine) mod resolv_conf;
mod security_settings;
mod session;
mod size;
mod start;
mod state;
pub(in crate::engine) mod state_file;
mod stats;
mod stop;
mod top;
mod update;

pub use commit::CommitRequest;
pub(in crate::engine) use commit_change::apply_changes;
pub use config::{
    BindOptions, ContainerConfig, DeviceMapping, DeviceOptions, DriverConfig, HostConfig, HostOrPrivate, IpcMode,
    LogConfig, MountPoint, MountSource, MountSpec, NetworkMode, NetworkOptions, PidMode, PortBinding, ResolverOptions,
    Resources, RestartPolicy, SecurityOptions, StorageOptions, ThrottleDevice, TmpfsOptions, Ulimit, VolumeOptions,
    WeightDevice,
};
pub use copy::ContainerFiles;
pub use create::{CreateRequest, CreatedContainer};
pub use exec::ExecRequest;
pub(in crate::engine) use exec::exec_id;
pub use health::{HealthCheckResult, HealthState, HealthStatus};
pub use id::{ContainerId, InvalidContainerId};
pub use logs::{LogLine, LogRequest, OutputStream};
pub use name::ContainerName;
pub(in crate::engine) use names::random_bytes;
pub use pause::PauseMeans;
pub use prune::PrunedContainers;
pub use record::ContainerRecord;
pub use remove::RemoveRequest;
pub use session::{AttachRequest, Session, SessionEnd, SessionIo, SessionSignals};
pub use state::{ContainerState, ContainerStatus, ProcessIdentity};
pub use stats::ContainerSample;
pub use stop::StopRequest;
pub use update::UpdateRequest;
