#!/bin/sh
# The files of the `alpine` that Docker was recorded with, as an archive: the host's busybox with a link for each of its
# programs, and the usual places.
set -e
busybox=$(command -v busybox)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
for place in bin dev etc home lib mnt opt proc run sbin srv sys tmp usr usr/bin usr/sbin var var/log var/spool; do
    mkdir $place
done
mkdir -m 700 root
chmod 1777 tmp
cp "$busybox" bin/busybox
for program in $("$busybox" --list-full); do
    test -e "$program" || ln -s /bin/busybox "$program"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > etc/passwd
printf 'root:x:0:\nnobody:x:65534:\n' > etc/group
for file in nsswitch.conf os-release profile shells; do
    echo "# $file" > etc/$file
done
tar c --sort=name --owner=0 --group=0 --numeric-owner .
