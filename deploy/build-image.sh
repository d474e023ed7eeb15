#!/usr/bin/env bash
# Builds the image of the web service without a container engine, as an OCI layout that every engine reads.
#
#     bash deploy/build-image.sh [FOLDER]      (default: artifacts/image)
#
# It needs the .NET SDK and, on Debian or Ubuntu, `apt-get install umoci skopeo`. The image has no distribution in it: the
# published app with its own .NET, the C library and OpenSSL of this machine with their licences, certificates of
# authorities, and a user. There is no shell and no package manager. FOLDER gets `oci` (the layout) and
# `unirep-server.tar` (`docker load` and `podman load` read it).
set -euo pipefail
cd "$(dirname "$0")/.."

tag=unirep-server:latest
out=$(realpath -m "${1:-artifacts/image}")
user=1654

say() { printf '%s\n' "$*" >&2; }
need() { command -v "$1" > /dev/null || { say "build-image: $1 is missing: $2"; exit 4; }; }
need dotnet "install the .NET SDK 10"
need umoci "apt-get install umoci"
need skopeo "apt-get install skopeo"
case $(uname -m) in
    x86_64) rid=linux-x64 arch=amd64 ;;
    aarch64) rid=linux-arm64 arch=arm64 ;;
    *) say "build-image: no image for $(uname -m)"; exit 4 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/app" "$root/dev" "$root/proc" "$root/sys" "$root/etc/ssl/certs" "$root/tmp" "$root/usr/lib" "$root/usr/share/doc"
for folder in lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
mkdir -p "$root/usr/lib64"

say "publishing for $rid ..."
# Compiled ahead of time, it starts sooner.
dotnet publish src/UniRep.Server -c Release -r "$rid" --self-contained -p:UseAppHost=true -p:PublishReadyToRun=true \
    -o "$root/app" --nologo -v quiet >&2
rm -f "$root"/app/*.pdb "$root"/app/*.xml "$root/app/web.config"
# Only a debugger uses these, and tracing to LTTng, which the image does not have.
rm -f "$root"/app/libmscordaccore.so "$root"/app/libmscordbi.so "$root"/app/libcoreclrtraceptprovider.so "$root"/app/createdump

# What a file of the system is from: its licence goes into the image too.
licence() {
    local package
    package=$(dpkg -S "$1" 2> /dev/null | head -n 1 | cut -d: -f1) || return 0
    [ -n "$package" ] && [ -r "/usr/share/doc/$package/copyright" ] || return 0
    mkdir -p "$root/usr/share/doc/$package"
    cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
}

# Copies a shared library to where the loader looks for it, under the name by which it is asked for.
copy() {
    local real
    real=$(realpath "$1")
    mkdir -p "$root$(dirname "$1")"
    cp "$real" "$root$1"
    licence "$real"
}

say "collecting libraries ..."
# What the native parts of .NET link with, and OpenSSL, which they load by name for TLS.
crypto=$(ldconfig -p | awk '/lib(ssl|crypto)\.so\.3 .*64/ { print $NF }' | sort -u)
[ -n "$crypto" ] || { say "build-image: OpenSSL 3 is missing: apt-get install libssl3"; exit 4; }
# shellcheck disable=SC2086 # paths without blanks
ldd "$root"/app/UniRep.Server "$root"/app/*.so $crypto 2> /dev/null \
    | awk '/=> \// { print $3 } /^\t\/lib.*ld-linux/ { print $1 }' \
    | { cat; printf '%s\n' $crypto; } | grep -v "^$root" | sort -u > "$work/libraries"
while read -r library; do copy "$library"; done < "$work/libraries"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
licence /usr/share/ca-certificates
printf 'root:x:0:0:root:/:/sbin/nologin\nunirep:x:%s:%s:unirep:/:/sbin/nologin\n' $user $user > "$root/etc/passwd"
printf 'root:x:0:\nunirep:x:%s:\n' $user > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
mkdir -p "$root/usr/share/doc/unirep-server"
cp LICENSE THIRD-PARTY-NOTICES.md weights/LICENSE* weights/*.md "$root/usr/share/doc/unirep-server/" 2> /dev/null || true
chmod -R a+rX,go-w "$root"
chmod 1777 "$root/tmp"
# Files carry the time of the commit, not of the build.
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || echo 0)}" {} +

say "writing the image ..."
mkdir -p "$out"
rm -rf "$out/oci" "$out/unirep-server.tar"
layout=$out/oci
umoci init --layout "$layout"
umoci new --image "$layout:latest"
# Two layers: the system changes rarely, the app with each version.
mv "$root/app" "$work/app"
rootless=()
[ "$(id -u)" -eq 0 ] || rootless=(--rootless)
umoci insert "${rootless[@]}" --image "$layout:latest" "$root" /
umoci insert "${rootless[@]}" --image "$layout:latest" "$work/app" /app
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
umoci config --image "$layout:latest" \
    --os linux --architecture "$arch" \
    --config.user "$user:$user" --config.workingdir / \
    --config.entrypoint /app/UniRep.Server \
    --config.exposedports 8080/tcp \
    --config.stopsignal SIGTERM \
    --config.env ASPNETCORE_URLS=http://0.0.0.0:8080 \
    --config.env DOTNET_EnableDiagnostics=0 \
    --config.env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    --config.label org.opencontainers.image.title=unirep-server \
    --config.label "org.opencontainers.image.version=$version" \
    --config.label "org.opencontainers.image.licenses=MIT AND CC-BY-4.0"
umoci gc --layout "$layout"
skopeo copy --quiet "oci:$layout:latest" "docker-archive:$out/unirep-server.tar:$tag"

say "unpacked: $(du -sh "$root" | cut -f1) of system, $(du -sh "$work/app" | cut -f1) of app; libraries: $(xargs -n 1 basename < "$work/libraries" | tr '\n' ' ')"
say "layout:   $layout ($(du -sh "$layout" | cut -f1) compressed)"
say "archive:  $out/unirep-server.tar ($(du -sh "$out/unirep-server.tar" | cut -f1)): docker load -i, podman load -i"
