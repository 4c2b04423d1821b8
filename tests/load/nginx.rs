//! nginx as a yardstick: the files of one folder, with sendfile, as its own handbook sets it up.

use std::path::Path;
use std::process::Command;

use super::served::{Served, free_address};

/// Serves what lies in a folder.
pub fn serve(folder: &Path, files: &Path) -> Result<Served, Box<dyn std::error::Error>> {
    let address = free_address()?;
    let workers = std::thread::available_parallelism()?.get().min(4);
    let (configuration, place) = (folder.join("nginx.conf"), folder.display());
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {place}/nginx-{kind};\n"))
        .collect();
    let text = format!(
        "daemon off;\nuser root;\nworker_processes {workers};\npid {place}/nginx.pid;\nerror_log {place}/nginx.log;\n\
         events {{ worker_connections 4096; }}\n\
         http {{\naccess_log off;\nsendfile on;\ntcp_nopush on;\nkeepalive_requests 1000000000;\ndefault_type application/octet-stream;\n{temporary}\
         server {{ listen {address}; root {}; }}\n}}\n",
        files.display()
    );
    std::fs::write(&configuration, text)?;
    Served::other(Command::new("nginx").arg("-c").arg(&configuration).arg("-e").arg(folder.join("nginx.log")), address)
}
