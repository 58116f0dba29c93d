#!/bin/sh
# Installs the servers that the test rig runs: Dovecot, Postfix, Knot DNS, nginx. Starts none of them.
# Cyrus and Courier, which cannot be installed beside Dovecot, are only unpacked, into a cache;
# so are the messages on which Python's own parser of mail is tested.
# usage: tests/rig/install.sh [MORE-PACKAGES...]     (Debian or Ubuntu, as root or with sudo)
set -eu

policy=/usr/sbin/policy-rc.d
policy_mark='# temporary, by the mailctl test rig'
units='dovecot.service dovecot.socket postfix.service postfix@-.service knot.service nginx.service
    podman.socket podman.service podman-auto-update.timer podman-restart.service'
packages='dovecot-imapd dovecot-lmtpd postfix knot nginx'
unpacked=/var/cache/mailctl-rig
cyrus='cyrus-imapd cyrus-common sasl2-bin libsasl2-modules libsasl2-modules-db'
courier='courier-imap courier-base courier-authdaemon courier-authlib courier-authlib-userdb'

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

missing_packages() {
    for package in $packages "$@"; do
        case " $installed " in
            *" $package "*) ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

find_missing() {
    # shellcheck disable=SC2016,SC2086  # dpkg expands the fields, not the shell; words on purpose
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
        $packages "$@" 2>/dev/null |
        sed -n 's/^installed //p' | tr '\n' ' ') || true
    missing=$(missing_packages "$@")
}

find_packed() {
    packed=
    for server in cyrus courier messages; do
        [ -d "$unpacked/$server" ] || packed="$packed$server "
    done
}

is_done() {
    find_missing "$@"
    find_packed
    [ -z "$missing$packed" ]
}

become_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    missing="$missing$packed"
    command -v sudo >/dev/null || fail "needs root to install: ${missing% } (and there is no sudo here)"
    if sudo -n true 2>/dev/null; then
        exec sudo -n "$0" "$@"
    fi
    [ -t 0 ] || fail "needs root to install: ${missing% } (sudo asks for a password, and nobody is there)"
    exec sudo "$0" "$@"
}

existing_units() {
    for unit in $units; do
        for place in /lib/systemd/system /etc/systemd/system; do
            [ ! -e "$place/$unit" ] || printf '%s ' "$unit"
        done
    done
}

left_by_a_killed_run() {
    [ -e "$policy" ] && grep -qsF "$policy_mark" "$policy"
}

forbid_service_starts() {
    # noclobber: somebody else's policy stays as it is
    if (set -C && printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy") 2>/dev/null; then
        # shellcheck disable=SC2064  # the path is meant now
        trap "rm -f '$policy'" EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        chmod 755 "$policy"
    fi
}

update_lists() {
    apt-get -q update >&2 || echo 'install.sh: apt-get update failed, trying with what apt knows' >&2
}

install_missing() {
    export DEBIAN_FRONTEND=noninteractive
    case " $missing" in
        *' postfix '*)
            echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
            ;;
    esac
    # --no-remove: another mail server on this machine must not be thrown out for a test
    # shellcheck disable=SC2086  # words on purpose
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends --no-remove $missing \
        >&2 </dev/null || fail "apt-get could not install: ${missing% }"
}

not_installed() {
    # an upgrade has the old version in brackets: what is there already will do
    apt-get -s install --no-install-recommends "$@" | awk '/^Inst / && $3 !~ /^\[/ { print $2 }'
}

# unpack SERVER PACKAGE... : these packages, and what they need and this machine has not
unpack() {
    server=$1
    shift
    work=$(mktemp -d "$unpacked/new.XXXXXX")
    mkdir "$work/root"
    needed=$(not_installed "$@") || fail "apt does not know the packages of $server"
    # shellcheck disable=SC2086  # words on purpose; 777 for apt's own user
    (chmod 777 "$work" && cd "$work" && apt-get -q download $(printf '%s\n' "$@" $needed | sort -u)) \
        >&2 || fail "apt-get could not download the packages of $server"
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$work/root"
    done
    "complete_$server" "$work/root"
    mv -T "$work/root" "$unpacked/$server" # whole or not at all
    rm -rf "$work"
}

unpack_messages() {
    package=$(apt-cache search --names-only '^libpython3[.][0-9]+-testsuite$' | cut -d' ' -f1 |
        sort -V | tail -n 1)
    [ -n "$package" ] || fail 'apt knows no test suite of Python'
    work=$(mktemp -d "$unpacked/new.XXXXXX")
    (chmod 777 "$work" && cd "$work" && apt-get -q download "$package") >&2 ||
        fail "apt-get could not download $package"
    dpkg-deb -x "$work"/*.deb "$work/root"
    mv -T "$work"/root/usr/lib/python3*/test/test_email/data "$unpacked/messages"
    rm -rf "$work"
}

# libraries ROOT PROGRAM... : the paths of all libraries of programs below a root, each once
libraries() {
    root=$1
    shift
    for program in "$@"; do
        LD_LIBRARY_PATH=$(library_path "$root") ldd "$root/$program" ||
            fail "$program is not as expected in the packages"
    done | sed -n 's/.* => \(.*\) (.*/\1/p; s/.* => not found/missing&/p; s/^\t\(\/.*\) (.*/\1/p' | sort -u
}

library_path() {
    find "$1/lib" "$1/usr/lib" -name '*.so*' -exec dirname {} + | sort -u | tr '\n' ':'
}

# complete ROOT PROGRAM... : fails unless all libraries are there
complete() {
    ! libraries "$@" | grep '^missing' >&2 || fail "libraries of $server are missing"
}

complete_cyrus() {
    complete "$1" usr/lib/cyrus/bin/master usr/lib/cyrus/bin/imapd usr/sbin/saslpasswd2
}

# Its paths are compiled in, so it runs in a root of its own, with all its libraries.
complete_courier() {
    set -- "$1" usr/sbin/couriertcpd usr/bin/couriertls usr/lib/courier/courier/imaplogin \
        usr/bin/imapd usr/libexec/gam_server usr/lib/courier-authlib/libauthuserdb.so \
        usr/lib/courier/courier-authlib/authdaemond usr/lib/courier/courier-authlib/makedatprog
    complete "$@"
    for library in $(libraries "$@"); do
        case $library in
            "$1"/*) ;;
            *) cp -L --parents "$library" "$1" ;;
        esac
    done
    rm -rf "$1/usr/share" "$1/etc"
}

unpack_packed() {
    umask 022
    mkdir -p "$unpacked"
    rm -rf "$unpacked"/new.* # left by a killed run
    # shellcheck disable=SC2086  # words on purpose
    for server in $packed; do
        case $server in
            cyrus) unpack cyrus $cyrus ;;
            courier) unpack courier $courier ;;
            messages) unpack_messages ;;
        esac
    done
}

switch_off_new_units() {
    [ -d /run/systemd/system ] || return 0
    for unit in $(existing_units); do
        case " $before " in
            *" $unit "*) ;;
            *) systemctl -q disable --now "$unit" || true ;;
        esac
    done
}

command -v dpkg-query >/dev/null || fail "this is no Debian or Ubuntu: install Dovecot, Postfix, Knot DNS and nginx yourself"
if is_done "$@" && ! left_by_a_killed_run; then
    exit 0
fi
become_root "$@"
exec 9>/run/mailctl-rig-install.lock
flock 9
! left_by_a_killed_run || rm -f "$policy"
! is_done "$@" || exit 0 # another run may have done it while we waited
update_lists
if [ -n "$missing" ]; then
    before=$(existing_units)
    forbid_service_starts
    install_missing
    switch_off_new_units
fi
unpack_packed
