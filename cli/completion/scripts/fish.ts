/** For fish 3 and later. */
export const FISH = `# fish completion for gateway
function __gateway_complete
    # without the program fish would tell that over the prompt
    command -q gateway; or return
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (command gateway __complete fish .$words ".$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':command'
                complete -C "$current"
            case ':*'
            case '*'
                printf '%s\\n' $line
        end
    end
end
complete -c gateway -e
complete -c gateway -f -k -a '(__gateway_complete)'
`;
