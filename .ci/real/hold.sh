# Running contracts. The real program alone: `npm test` holds the doubles.

# hold VERSION CONTRACT…: the contracts (kafka, observe-kafka, …) against what the CONTRACT_* variables name.
# The report joins those of the other tests.
hold() {
  local version=$1 slug=${program// /-} files=("${@:2}") folder report counted
  slug=${slug,,}
  folder=$state/report-$slug
  report=$folder/real-$slug.json
  files=("${files[@]/#/contract/}")
  files=("${files[@]/%/.contract.test.ts}")
  CONTRACT_ONLY=real bounded 240 vitest run --project contract --reporter=verbose --reporter=json \
    --outputFile.json="$report" "${files[@]}" > "$state/$slug-contract.log" 2>&1
  local status=$?
  if counted=$(node .ci/count.mjs "$folder" | tail -n 1) && [ "$status" -eq 0 ]; then
    result "held against $version: ${counted%% passed*} cases passed$(skipped "$counted")"
  else
    quote "$state/$slug-contract.log" 80
    [ "$status" -ne 124 ] || counted='not done within the time it has'
    failed "not held by $version: $counted"
  fi
  mkdir -p reports/out/tests
  cp "$folder"/*.json reports/out/tests/ 2> /dev/null
}

skipped() { case $1 in *skipped) echo ", ${1##*, }" ;; esac; }
