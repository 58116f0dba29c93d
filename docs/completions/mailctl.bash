# bash breaks words at the characters of COMP_WORDBREAKS, among them @, : and =. The words are put
# together again, and of what is offered that is left out which stands before the last break.
# It works without the package bash-completion, and with bash 3.2.
_mailctl_completion() {
    local IFS=$'\n' rest=$COMP_LINE cword=-1 head='' reply word words i
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i == 0 || $rest == [[:space:]]* ]]; then
            cword=$((cword + 1))
            words[cword]=''
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        rest=${rest#"$word"}
        words[cword]=${words[cword]}$word
    done
    word=${words[cword]}
    if [[ $word != [\"\']* ]]; then
        head=${word%"${word##*["$COMP_WORDBREAKS"]}"}
        # the @ of a host name is replaced along with what follows it
        if shopt -q hostcomplete; then head=${head%@}; fi
    fi
    COMPREPLY=()
    while read -r reply; do
        [[ $reply ]] || continue
        if [[ $word == --*=* && $reply != --* ]]; then
            reply=${word%%=*}=$reply
        fi
        reply=${reply#"$head"}
        if [[ $word != [\"\']* ]]; then
            reply=$(printf %q "$reply")
        fi
        COMPREPLY[${#COMPREPLY[@]}]=$reply
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$cword _MAILCTL_COMPLETE=complete_bash "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}

complete -o default -F _mailctl_completion mailctl
