#!/usr/bin/env bash
# Checks the CUDA engine on a machine with an NVIDIA GPU: goldens of every model, agreement with the CPU, bit-identity, memory,
# training, a card without memory, a killed process, a whole proteome, the speed table. It needs bash, nvidia-smi, and python3
# with numpy; no .NET, no CUDA toolkit. Ends with `N passed, N failed`. Make the folder on a machine with .NET, then run here:
#
#   bash eng/gpu-pack.sh gpu.tar.xz GOLDEN weights/of/paper-64 ...      # there
#   mkdir gpu && tar -C gpu -xf gpu.tar.xz && bash eng/gpu-check.sh gpu [PROTEOME.fasta[.gz]]
#
# Without a file of a proteome, 4,400 random proteins stand for it. GPU=1 chooses another card, MODELS="open-672 open-1920" some
# models. SECONDS_OF_BENCH=0 leaves the speed table out.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "${1:?usage: bash eng/gpu-check.sh FOLDER [PROTEOME]}" && pwd)
proteome=${2:+$(realpath "$2")}
device=cuda:${GPU:-0}
read -r -a models <<<"${MODELS:-open-256 open-672 open-1920 paper-64 paper-256 paper-1900}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache UNIREP_LIBTORCH=$work
passed=0
failed=0

unirep() { "$folder/unirep/unirep" "$@"; }
compare() { python3 "$here/gpu_compare.py" "$@"; }
used() { nvidia-smi --id="${GPU:-0}" --query-gpu=memory.used --format=csv,noheader,nounits; }
# Waits until the card is as free as it was; the driver takes seconds to clear up after a process that was killed.
is_free() { # megabytes used before
    for _ in $(seq 50); do
        [ $(($(used) - $1)) -le 16 ] && return 0
        sleep 0.2
    done
    echo "used before $1 MB, now $(used) MB"
    return 1
}
now() { date +%s.%N; }
heading() { printf '\n== %s\n' "$*"; }

# Counts a check: its name, then a command that says by its exit code whether it passed.
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
    fi
}

# Embeds a file; what the program says is shown if it fails.
embed() { # input output arguments...
    local input=$1 output=$2
    shift 2
    unirep embed "$input" -o "$output" --overwrite "$@" >"$work/said" 2>&1 || {
        cat "$work/said"
        return 1
    }
}

# The name or the folder of a model; nothing where it is not here.
weights_of() {
    case $1 in
    open-256 | open-672) echo "$1" ;;
    open-1920) [ -f "$folder/unirep/open-1920.safetensors" ] && echo "$1" ;;
    *) [ -d "$folder/weights/$1" ] && echo "$folder/weights/$1" ;;
    esac
}

chmod +x "$folder/unirep/unirep"
if [ ! -f "$folder/unirep/open-1920.safetensors" ] && [ -f "$here/../weights/open-1920.safetensors" ]; then
    cp "$here/../weights/open-1920.safetensors" "$folder/unirep/"
fi
python3 "$here/gpu_compare.py" sequences "$work" || exit 2
if [ -z "$proteome" ]; then proteome=$work/random.fasta; fi

heading "the machine"
unirep doctor
unirep doctor --check | sed -n '/^check /,$p'
check "the doctor's check: every vector within its limits" test "${PIPESTATUS[0]}" = 0
check "the GPU is usable" grep -q "\"name\":\"$device\".*\"unusable\":null" <(unirep doctor --json)

heading "golden values: worst relative error of average, final, cell; worst cosine"
for name in "${models[@]}"; do
    weights=$(weights_of "$name")
    if [ -z "$weights" ] || [ ! -f "$folder/golden/$name.sequences.txt" ]; then
        echo "skipped $name: its weights or golden values are not in $folder"
        continue
    fi
    awk '{ print ">s" NR "\n" $0 }' "$folder/golden/$name.sequences.txt" >"$work/golden.fasta"
    check "$name on the CPU" embed "$work/golden.fasta" "$work/cpu.npz" --weights "$weights"
    for precision in bfloat16 exact; do
        out=$work/$name.$precision.npz
        check "$name $precision" embed "$work/golden.fasta" "$out" --weights "$weights" --device "$device" --precision "$precision"
        check "$name $precision against float64" compare golden "$precision" "$out" "$folder/golden/$name"
        check "$name $precision against the CPU" compare files "$precision" "$out" "$work/cpu.npz"
    done
done

heading "the same bits"
for precision in bfloat16 exact; do
    run=(--device "$device" --precision "$precision" --batch-invariant --weights open-672)
    check "$precision: first run" embed "$work/some.fasta" "$work/first.npz" "${run[@]}"
    check "$precision: second run" embed "$work/some.fasta" "$work/second.npz" "${run[@]}"
    check "$precision: two runs have the same bits" cmp "$work/first.npz" "$work/second.npz"
    cp "$work/second.npz" "$work/$precision.npz"
    for company in few reversed; do
        check "$precision: $company" embed "$work/$company.fasta" "$work/$company.npz" "${run[@]}"
        check "$precision: same bits, $company beside it" compare bits "$work/first.npz" "$work/$company.npz"
    done
done
run=(--device "$device" --weights open-672)
check "with the kernel for few sequences: first run" embed "$work/some.fasta" "$work/first.npz" "${run[@]}"
check "with the kernel for few sequences: second run" embed "$work/some.fasta" "$work/second.npz" "${run[@]}"
check "with the kernel for few sequences: two runs have the same bits" cmp "$work/first.npz" "$work/second.npz"
check "per residue" embed "$work/few.fasta" "$work/few-states.npz" --per-residue "${run[@]}"

heading "memory: 1,000 batches in one process, in MB"
before=$(used)
unirep bench --device "$device" --units 672 --rounds 5 --json >"$work/bench.json"
check "the process holds no more at the end" compare memory "$work/bench.json"
check "the peak of the GPU is measured" compare peak "$work/bench.json"
check "the card is as free as before" is_free "$before"

heading "training: the same steps on the CPU and on the GPU; worst difference of a batch's loss, in nats"
awk '/^>/ { n++ } n <= 60' "$work/some.fasta" >"$work/family.fasta"
train() { # folder device arguments...
    local output=$1 where=$2
    shift 2
    unirep evotune "$work/family.fasta" -o "$output" --weights open-256 --max-length 400 --batch-tokens 4000 --learning-rate 0.001 --warm-up 2 \
        --epochs 3 --patience 0 --device "$where" "$@" >"$work/said" 2>&1 || {
        cat "$work/said"
        return 1
    }
}
check "training on the CPU" train "$work/train-cpu" cpu
for precision in exact bfloat16; do
    folder=$work/train-$precision
    check "$precision" train "$folder" "$device" --precision "$precision"
    check "$precision: the losses of the CPU" compare losses "$precision" "$folder/metrics.csv" "$work/train-cpu/metrics.csv"
    check "$precision: again" train "$folder-again" "$device" --precision "$precision"
    check "$precision: the same bits" cmp "$folder/model.safetensors" "$folder-again/model.safetensors"
done
check "the card is as free as before" is_free "$before"

heading "a card without memory"
holder() { python3 "$here/gpu_compare.py" hold "${GPU:-0}" "$1" "$work/held" & }
rm -f "$work/held"
holder 1500
pid=$!
for _ in $(seq 100); do [ -f "$work/held" ] || sleep 0.1; done
check "1.5 GB are enough: smaller batches" embed "$work/some.fasta" "$work/small.npz" --device "$device" --precision exact --weights open-672 --batch-invariant
check "and the same bits" compare bits "$work/small.npz" "$work/exact.npz"
kill "$pid"
wait "$pid" 2>/dev/null
rm -f "$work/held"
holder 100
pid=$!
for _ in $(seq 100); do [ -f "$work/held" ] || sleep 0.1; done
unirep embed "$work/some.fasta" -o "$work/none.npz" --device "$device" >"$work/said" 2>&1
code=$?
cat "$work/said"
check "100 MB are too few: exit code 4" test "$code" = 4
check "one message, no output" test "$(wc -l <"$work/said")-$(ls "$work/none.npz" 2>/dev/null)" = "1-"
kill "$pid"
wait "$pid" 2>/dev/null

heading "a killed process"
if [ -n "$(weights_of open-1920)" ]; then big=open-1920; else big=open-672; fi
unirep embed "$work/many.fasta" -o "$work/killed.npz" --device "$device" --weights "$big" >/dev/null 2>&1 &
pid=$!
sleep 2.5
check "it was still computing" kill -9 "$pid"
wait "$pid" 2>/dev/null
check "nothing under the final name" test ! -e "$work/killed.npz"
check "the card is as free as before" is_free "$before"
check "the next run" embed "$work/some.fasta" "$work/next.npz" "${run[@]}"
check "has the same bits" cmp "$work/first.npz" "$work/next.npz"

heading "a whole proteome, from the start of the process to the written file (average vectors)"
for name in "${models[@]}"; do
    weights=$(weights_of "$name")
    [ -z "$weights" ] && continue
    for precision in bfloat16 exact; do
        times=()
        for _ in 1 2 3; do
            start=$(now)
            embed "$proteome" "$work/proteome.npz" --pool average --weights "$weights" --device "$device" --precision "$precision" || break
            times+=("$(awk "BEGIN { printf \"%.2f\", $(now) - $start }")")
        done
        check "$name $precision: ${times[*]} s; $(tail -1 "$work/said" | grep -o '[0-9,]* residues in [0-9.]* s')" test "${#times[@]}" = 3
    done
done

if [ "${SECONDS_OF_BENCH:-1}" != 0 ]; then
    heading "speed, with the time of the whole proteome once the model is there"
    for sizes in "1900 1" "672 1" "256 4"; do
        read -r units layers <<<"$sizes"
        for precision in bfloat16 exact; do
            check "bench $units x $layers $precision" unirep bench --device "$device" --units "$units" --layers "$layers" --precision "$precision" --rounds 3 --sequences "$proteome" 2>/dev/null
            echo
        done
    done
fi

heading "result"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
