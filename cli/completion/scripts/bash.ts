/** For bash 3.2 and later. What was typed is only ever an argument in quotes. */
export const BASH = `# bash completion for gateway
_gateway_complete() {
  local LC_ALL=C
  local line=\${COMP_LINE:0:COMP_POINT} then=nothing value about item i width=0
  local typed=\${line##*[[:space:]]} breaks=\${COMP_WORDBREAKS//[!:=]/} strip=
  local -a values=() abouts=()
  # readline replaces only what stands behind the last of these
  if [[ -n $breaks && $typed == *["$breaks"]* ]]; then strip=\${typed%"\${typed##*["$breaks"]}"}; fi
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    case $value in
      :*) then=\${value#:} ;;
      *)
        value=\${value#"$strip"}
        values+=("$value")
        abouts+=("$about")
        if ((\${#value} > width)); then width=\${#value}; fi
        ;;
    esac
  done < <(command gateway __complete bash "$line" 2>/dev/null)
  case $then in
    files)
      compopt +o nosort 2>/dev/null
      if ! compopt -o default 2>/dev/null; then
        while IFS= read -r item; do COMPREPLY+=("$item"); done < <(compgen -f -- "$typed")
      fi
      return
      ;;
    command)
      if [[ -n $typed ]]; then
        while IFS= read -r item; do COMPREPLY+=("$item"); done < <(compgen -c -- "$typed")
      fi
      return
      ;;
  esac
  if ((\${#values[@]} == 0)); then return; fi
  if ((\${#values[@]} == 1)); then
    if [[ \${values[0]} == */ || \${values[0]} == @ ]]; then compopt -o nospace 2>/dev/null; fi
  # listed, not inserted: what each means may stand behind it
  elif [[ \${COMP_TYPE:-9} != 37 && \${COMP_TYPE:-9} != 42 ]]; then
    for i in "\${!values[@]}"; do
      if [[ -n \${abouts[i]} ]]; then
        printf -v item "%-\${width}s  (%s)" "\${values[i]}" "\${abouts[i]}"
        values[i]=\${item:0:\${COLUMNS:-80}}
      fi
    done
  fi
  COMPREPLY=("\${values[@]}")
}
complete -o nosort -F _gateway_complete gateway 2>/dev/null || complete -F _gateway_complete gateway
`;
