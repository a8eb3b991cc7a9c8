#!/bin/bash
# Turns a Debian root file system into a kind node. Runs once, privileged, inside a container of that root file system;
# what it needs is mounted below /build: kind's own files, the binaries, and the images of the control plane.
set -euo pipefail

# kind's entrypoint, units and configuration, as its own base image lays them out
install -m 0755 /build/kind/usr/local/bin/* /usr/local/bin/
install -d -m 0755 /kind/bin /kind/manifests
install -m 0755 /build/kind/kind/bin/* /kind/bin/
cp -r /build/kind/etc/. /etc/
find /etc/containerd /etc/systemd/system -type f -exec chmod 0644 {} +

install -m 0755 /build/kubernetes/{kubeadm,kubectl,kubelet} /usr/bin/
install -m 0755 /build/containerd/{containerd,containerd-shim-runc-v2,ctr} /usr/local/bin/
install -d -m 0755 /opt/cni/bin /etc/cni/net.d /etc/kubernetes/manifests /usr/local/sbin
install -m 0755 /build/containerd/{host-local,loopback,portmap,ptp} /opt/cni/bin/
ln -sf "$(command -v runc)" /usr/local/sbin/runc
install -m 0644 /build/manifests/*.yaml /kind/manifests/
install -m 0644 /build/version /kind/version

# only what a node needs starts with it
rm -f /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service \
	/lib/systemd/system/{multi-user,local-fs,basic}.target.wants/* /etc/systemd/system/*.wants/* \
	/lib/systemd/system/sockets.target.wants/{*udev*,*initctl*}
echo 'ReadKMsg=no' >>/etc/systemd/journald.conf
systemctl enable containerd.service kubelet.service undo-mount-hacks.service
systemctl mask systemd-binfmt.service
rm -f /etc/machine-id /var/lib/dbus/machine-id

ctr oci spec | jq '.hooks.createContainer += [{"path": "/kind/bin/mount-product-files.sh"}] | del(.process.rlimits)' \
	>/etc/containerd/cri-base.json

# single-layer images only: their snapshots need no overlay mount, which cannot be stacked here
containerd >/var/log/containerd-build.log 2>&1 &
containerd=$!
for _ in $(seq 300); do
	ctr version >/dev/null 2>&1 && break
	sleep 0.1
done
for archive in /build/images/*.tar; do
	# only the unpacked files are kept: every node gets a copy of them
	ctr --namespace=k8s.io images import --digests --local --snapshotter overlayfs --discard-unpacked-layers "$archive"
done
kill "$containerd"
wait "$containerd" || true
rm -rf /var/log/containerd-build.log /run/containerd /var/lib/apt/lists/* /var/cache/apt/*
