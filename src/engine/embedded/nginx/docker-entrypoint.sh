#!/bin/sh
# Runs the scripts of /docker-entrypoint.d before the server, then becomes the command.
set -e

say() {
    if [ -z "$NGINX_ENTRYPOINT_QUIET_LOGS" ]; then
        echo "$0: $*"
    fi
}

if [ "$1" = nginx ]; then
    found=
    for script in /docker-entrypoint.d/*.sh; do
        if [ ! -f "$script" ]; then
            continue
        fi
        found=yes
        if [ -x "$script" ]; then
            say "Launching $script"
            "$script"
        else
            say "Ignoring $script, not executable"
        fi
    done
    if [ -z "$found" ]; then
        say "No files found in /docker-entrypoint.d/, skipping configuration"
    else
        say "Configuration complete; ready for start up"
    fi
fi

exec "$@"
