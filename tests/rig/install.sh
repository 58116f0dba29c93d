#!/bin/sh
# Installs the servers that the test rig runs: Dovecot, Postfix, Knot DNS, nginx. Starts none of them.
# usage: tests/rig/install.sh [MORE-PACKAGES...]     (Debian or Ubuntu, as root or with sudo)
set -eu

policy=/usr/sbin/policy-rc.d
policy_mark='# temporary, by the mailctl test rig'
units='dovecot.service dovecot.socket postfix.service postfix@-.service knot.service nginx.service'
packages='dovecot-imapd dovecot-lmtpd postfix knot nginx'

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

become_root() {
    [ "$(id -u)" -ne 0 ] || return 0
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

install_missing() {
    export DEBIAN_FRONTEND=noninteractive
    case " $missing" in
        *' postfix '*)
            echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
            ;;
    esac
    apt-get -q update >&2 || echo 'install.sh: apt-get update failed, trying with what apt knows' >&2
    # --no-remove: another mail server on this machine must not be thrown out for a test
    # shellcheck disable=SC2086  # words on purpose
    apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends --no-remove $missing \
        >&2 </dev/null || fail "apt-get could not install: ${missing% }"
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
find_missing "$@"
if [ -z "$missing" ] && ! left_by_a_killed_run; then
    exit 0
fi
become_root "$@"
exec 9>/run/mailctl-rig-install.lock
flock 9
! left_by_a_killed_run || rm -f "$policy"
find_missing "$@" # another run may have done it while we waited
[ -n "$missing" ] || exit 0
before=$(existing_units)
forbid_service_starts
install_missing
switch_off_new_units
