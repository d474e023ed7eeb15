// Makes the tables of docs/benchmarks.md from the figures in docs/benchmarks, which `unirep bench --compare --json` prints.
//
//     dotnet fsi eng/benchmarks.fsx write    writes the tables
//     dotnet fsi eng/benchmarks.fsx check    compares them with the figures
//
// A file has one line for each measurement. Its tables stand between the comments `tables of FILE` and `end of FILE`.

open System
open System.Globalization
open System.IO
open System.Text.Json.Nodes
open System.Text.RegularExpressions

let folder =
    Path.GetFullPath(Path.Combine(__SOURCE_DIRECTORY__, "..", "docs", "benchmarks"))

let page = folder + ".md"

let number (format: string) (node: JsonNode) =
    node.GetValue<float>().ToString(format, CultureInfo.InvariantCulture)

let spread format (node: JsonNode) =
    let text (name: string) = number format node[name]
    let median, least, most = text "median", text "least", text "most"
    $"{median} ({least} to {most})"

let counted (count: JsonNode) thing =
    let count = count.GetValue<int>()
    let plural = if count = 1 then "" else "s"
    $"{count} {thing}{plural}"

/// What is known of the machine and of the run, as a paragraph.
let conditions (run: JsonNode) =
    let machine, compare = run["machine"], run["compare"]
    let day = run["measured"].GetValue<DateTime>().ToString "yyyy-MM-dd HH:mm"

    let known =
        [
            for name, title in [ "processor", ""; "caches", "caches "; "instructions", "" ] do
                match machine[name] with
                | null -> ()
                | value -> $"{title}{value}"

            counted machine["cores"] "core"

            match machine["load"] with
            | null -> ()
            | load -> $"load {load} before"
        ]
        |> String.concat "; "

    let system, runtime, program = machine["system"], machine["runtime"], run["program"]

    let threads, rounds =
        counted run["threads"] "thread", counted compare["rounds"] "round"

    let peak = spread "N0" compare["peakGflops"]

    let libraries =
        compare["contenders"].AsArray()
        |> Seq.map (fun each -> string each["library"])
        |> Seq.distinct
        |> String.concat ", "

    $"{libraries}. {known}; {system}; {runtime}; {threads}; {rounds} at {day} UTC; peak {peak} GFLOP/s."

/// The heading and the table of one measurement: a row for each load, a column for each contender.
let table (run: JsonNode) =
    let compare = run["compare"]

    let names =
        [ for contender in compare["contenders"].AsArray() -> string contender["name"] ]

    let cell (load: JsonNode) name =
        load["rates"].AsArray()
        |> Seq.tryFind (fun rate -> string rate["contender"] = name)
        |> Option.map (fun rate ->
            let ratio = rate["ratio"]

            if name = names.Head then
                number "N0" rate["rate"].["median"]
            else
                let median = number "N0" rate["rate"].["median"]
                $"""{median}: {spread "N2" ratio}""")
        |> Option.defaultValue ""

    let line cells = "| " + String.concat " | " cells + " |"

    let units, layers = run["units"], counted run["layers"] "layer"

    [
        let processor = (string run["machine"].["processor"]).Replace("(R)", "")
        $"### {units} units × {layers}, {processor}"
        ""
        conditions run
        ""
        line ("residues/s" :: names)
        line ("---" :: [ for _ in names -> "--:" ])

        for load in compare["loads"].AsArray() do
            line (string load["load"] :: [ for name in names -> cell load name ])
    ]

let tables file =
    [
        for text in File.ReadAllLines(Path.Combine(folder, file)) do
            if text <> "" then
                ""
                yield! table (JsonNode.Parse text)
        ""
        ""
    ]
    |> String.concat "\n"

let between =
    Regex @"(?<=<!-- tables of (?<file>\S+) -->\n)[\s\S]*?(?=<!-- end of \k<file> -->)"

let before = File.ReadAllText page
let after = between.Replace(before, fun found -> tables found.Groups["file"].Value)

match List.ofArray fsi.CommandLineArgs[1..] with
| [ "write" ] ->
    File.WriteAllText(page, after)
    printfn $"wrote {between.Count after} groups of tables"
| [ "check" ] when after = before && between.Count after > 0 -> printfn "succeeded: 1\nfailed: 0"
| [ "check" ] ->
    eprintfn
        "the tables of docs/benchmarks.md are not those of docs/benchmarks: run `dotnet fsi eng/benchmarks.fsx write`"

    printfn "succeeded: 0\nfailed: 1"
    exit 1
| _ ->
    eprintfn "usage: dotnet fsi eng/benchmarks.fsx write|check"
    exit 2
