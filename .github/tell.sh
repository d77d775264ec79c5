#!/usr/bin/env bash
# Tells of the night that `npm run nightly` left in reports/out/nightly: as the job's summary, and as one issue of the given
# title, which a NO-GO opens or comments on and a GO closes. INCONCLUSIVE leaves it as it is: nothing was decided.
# Sets the output may-upload: whether the site may leave this machine as an artefact.
set -euo pipefail
title=$1
night=reports/out/nightly
value() { sed -n "s/^$1=//p" "$night/outputs"; }

cat "$night/summary.md" >> "${GITHUB_STEP_SUMMARY:-/dev/stdout}"

decision=$(value decision)
number=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --app github-actions --limit 100 --json number,title \
  --jq "map(select(.title == \"$title\"))[0].number // empty")
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
body=$(printf '%s\n\n%s\n' "$(cat "$night/summary.md")" "$run")

case "$decision" in
  NO-GO)
    if [ -z "$number" ]; then
      gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body "$body"
    else
      gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body "$body"
      gh issue comment "$number" --repo "$GITHUB_REPOSITORY" --body "Still NO-GO: $run"
    fi
    ;;
  GO)
    if [ -n "$number" ]; then
      gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "GO again: $run"
    fi
    ;;
esac

visibility=$(gh api "repos/$GITHUB_REPOSITORY" --jq .visibility)
if [ "$(value publish)" = public ] || [ "$visibility" = private ]; then may=true; else may=false; fi
echo "may-upload=$may" >> "${GITHUB_OUTPUT:-/dev/stdout}"
