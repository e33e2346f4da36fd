/** For zsh 5, sourced or as `_gateway` in a folder of `fpath`. `(Q)` takes quotes away and expands nothing. */
export const ZSH = `#compdef gateway
_gateway() {
  local line then=nothing
  local -a typed described bare
  typed=("\${(@Q)words[2,CURRENT-1]}")
  (( CURRENT > 2 )) || typed=()
  while IFS= read -r line; do
    case $line in
      :*) then=\${line#:} ;;
      */|@) bare+=("$line") ;;
      *$'\\t'*) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
      ?*) described+=("\${line//:/\\\\:}") ;;
    esac
  done < <(command gateway __complete zsh "\${(@)typed/#/.}" ".\${(Q)PREFIX}" 2>/dev/null)
  case $then in
    files) _files; return ;;
    command) _command_names -e; return ;;
  esac
  (( \${#bare} )) && compadd -S '' -a bare
  (( \${#described} )) && _describe -t gateway 'gateway' described
}
if [[ \${funcstack[1]} == _gateway ]]; then
  _gateway "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _gateway gateway
fi
`;
