# Debian packages, for commands that are missing.

policy=/usr/sbin/policy-rc.d
policy_is_ours=
lists_are_new=

can_install() { command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; }

# install_packages PACKAGE…: sets $why and fails when they cannot be had
install_packages() {
  command -v apt-get > /dev/null || { why="$* would be installed by apt-get, which is not there"; return 1; }
  [ "$(id -u)" = 0 ] || { why="$* is not installed, and only root may install it"; return 1; }
  update_lists || { why='apt-get update did not succeed'; return 1; }
  forbid_starts
  DEBIAN_FRONTEND=noninteractive bounded 240 apt-get -o DPkg::Lock::Timeout=60 install -y --no-install-recommends "$@" \
    > "$state/apt.log" 2>&1 && return
  why="apt-get could not install $*"
  quote "$state/apt.log"
  return 1
}

has_package() { update_lists && apt-cache show "$1" > /dev/null 2>&1; }

update_lists() {
  [ -n "$lists_are_new" ] && return
  bounded 120 apt-get -o DPkg::Lock::Timeout=60 update > "$state/apt.log" 2>&1 || { quote "$state/apt.log"; return 1; }
  lists_are_new=yes
}

# A package's own service must not start (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt):
# it would be on a fixed port, and stay.
forbid_starts() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod 755 "$policy" && policy_is_ours=yes
}

allow_starts() { [ -z "$policy_is_ours" ] || rm -f "$policy"; }
