// Shared by the scripts: the library, the command line, reading sequences, and stopping with one message.
// It is loaded as `#load "../artifacts/local-feed.fsx" "prelude.fsx"`. Until the package is published, `dotnet pack -c Release`
// makes it, and the first of the two files says where it is; afterwards load only "prelude.fsx".
#r "nuget: UniRep.FSharp"

open System
open System.Globalization
open System.IO
open CsvHelper
open UniRep
open UniRep.IO
open UniRep.ModelFiles

/// Ends the script with one message.
let stop (message: string) : 'any =
    eprintfn "%s" message
    exit 1

/// Gives the value of a result, or ends the script with its error.
let orStop (result: Result<'value, 'error> when 'error :> IError) =
    match result with
    | Ok value -> value
    | Error error -> stop error.Message

/// Gives the value of a result, or ends the script with its error and where it is.
let orStopAt place (result: Result<'value, 'error> when 'error :> IError) =
    match result with
    | Ok value -> value
    | Error error -> stop $"{place}: {error.Message}"

/// Prints the comment at the top of the script, which shows its usage, after a message if there is one, and ends.
let showUsage (message: string option) : 'any =
    let script = fsi.CommandLineArgs[0]
    let lines = File.ReadLines script |> Seq.takeWhile (fun line -> line.StartsWith "//")
    let usage = lines |> Seq.map (fun line -> line[2..]) |> String.concat "\n"

    match message with
    | None ->
        printfn "%s" usage
        exit 0
    | Some message ->
        eprintfn "%s\n%s" message usage
        exit 2

/// The arguments of the script, and its options by name.
type CommandLine(arguments: string list, options: Map<string, string>) =
    /// Gets the argument of an index from 0.
    member _.Item index = List.item index arguments

    /// Gets all arguments.
    member _.Arguments = arguments

    /// Checks whether a switch is given.
    member _.Has switch = Map.containsKey switch options

    /// Gets the text of an option if it is given.
    member _.Option name = Map.tryFind name options

    /// Gets a whole number that is at least so much, or the usual one.
    member _.Number(name, usual, least) =
        match Map.tryFind name options with
        | None -> usual
        | Some text ->
            match Int32.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) with
            | true, number when number >= least -> number
            | _ -> showUsage (Some $"{name} {text}: give a whole number of at least {least}")

/// Reads the command line: from `least` to `most` arguments, options that are followed by a value each, and switches.
let commandLineOf (least, most) options switches =
    let rec read arguments named words =
        match words with
        | "help" :: _ -> showUsage None
        | name :: value :: rest when List.contains name options ->
            read arguments (Map.add name value named) rest
        | name :: rest when List.contains name switches -> read arguments (Map.add name "" named) rest
        | [ name ] when List.contains name options -> showUsage (Some $"{name}: its value is missing")
        | name :: _ when name.StartsWith "-" -> showUsage (Some $"{name}: there is no such option")
        | argument :: rest -> read (argument :: arguments) named rest
        | [] when least <= List.length arguments && List.length arguments <= most -> CommandLine(List.rev arguments, named)
        | [] ->
            let needed = if least = most then $"{least}" else $"at least {least}"
            showUsage (Some $"{List.length arguments} arguments are given, {needed} are needed")

    read [] Map.empty (List.tail (List.ofArray fsi.CommandLineArgs))

/// Reads the command line: so many arguments, and options that are followed by a value each.
let commandLine count options = commandLineOf (count, count) options []

/// Reads all sequences of a FASTA file or a table.
let readRecords path =
    SequenceFile.load path |> orStop

/// A row of a table: where it stands, in words, and the cells of the wanted columns, each with the name of its column.
type Row = { Place: string; Cells: (string * string) list }

/// Reads columns of a table (.csv, or .tsv, where a quote is a letter like any other) by name.
let readTable (path: string) (wanted: string list) =
    let isTsv = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase)

    let options =
        CsvReaderOptions(
            Separator = Nullable(if isTsv then '\t' else ','),
            Mode = (if isTsv then CsvMode.NoEscape else CsvMode.Rfc4180),
            MalformedData = CsvMalformedDataHandling.Throw,
            SkipEmptyLines = true,
            TrackLineNumbers = true
        )

    try
        use table = CsvReader.Create(File.OpenRead path, options)
        let mutable more = table.Read()
        let columns = if more then List.ofSeq table.Headers else []

        let hint =
            match columns with
            | [ all ] when all.Contains ';' -> ". Its cells are parted by ';': save it with commas, or as .tsv"
            | _ -> ""

        let find name =
            match columns |> List.indexed |> List.filter (fun (_, column) -> column = name) with
            | [ index, _ ] -> index, name
            | [] -> stop $"""{path}: there is no column '{name}' among: {String.concat ", " columns}{hint}"""
            | several -> stop $"{path}: {several.Length} columns are called '{name}'"

        let wanted = List.map find wanted

        [|
            while more do
                let place = $"{path}, line {table.LineNumber}"

                if table.FieldCount <> columns.Length then
                    stop $"{place}: {columns.Length} cells expected, {table.FieldCount} found"

                {
                    Place = place
                    Cells = [ for index, name in wanted -> name, table.GetString(index: int) ]
                }

                more <- table.Read()
        |]
    with :? IOException | :? UnauthorizedAccessException | :? CsvFormatException as error ->
        stop $"{path}: cannot be read: {error.Message}"

/// Reads a measured value: a number with a decimal point, or nothing where none was measured (an empty cell, NA, NaN).
let readNumber (place: string) (column: string) (cell: string) =
    let text = cell.Trim()
    let styles = NumberStyles.AllowLeadingSign ||| NumberStyles.AllowDecimalPoint ||| NumberStyles.AllowExponent

    if List.contains (text.ToUpperInvariant()) [ ""; "NA"; "N/A"; "NAN"; "NULL"; "NONE" ] then
        None
    else
        match Double.TryParse(text, styles, CultureInfo.InvariantCulture) with
        | true, value when Double.IsFinite value -> Some value
        | _ ->
            let hint = if text.Contains ',' then ": write the decimal point as '.'" else ""
            stop $"{place}, column '{column}': '{cell}' is no number{hint}"

/// The cosine of the angle between two vectors.
let cosine (a: float32[]) (b: float32[]) =
    let product x y = Array.fold2 (fun sum x y -> sum + float x * float y) 0.0 x y
    product a b / sqrt (product a a * product b b)

/// Loads a model by name or path, the embedded one if there is none.
let loadModel (nameOrPath: string option) =
    let name = Option.defaultValue WeightCatalog.defaultName nameOrPath
    let model = Model.load Cpu.automatic name |> orStop

    for warning in model.Warnings do
        eprintfn "warning: %s" warning

    model

/// Writes rows of cells as CSV, with quotes where they are needed: to a new file, complete or not at all, or to standard
/// output.
let writeTable (path: string option) (rows: string list seq) =
    let write (target: TextWriter) =
        use table = CsvWriter.Create(target, CsvWriterOptions(NewLine = "\n"), true)
        rows |> Seq.iter (fun row -> table.WriteRecord(Array.ofList row))

    match path with
    | None -> write Console.Out
    | Some path ->
        let partial = path + ".partial"

        try
            if File.Exists path then
                stop $"{path}: exists already: give another name"

            using (new StreamWriter(partial)) write
            File.Move(partial, path)
        with :? IOException | :? UnauthorizedAccessException as error ->
            File.Delete partial
            stop $"{path}: cannot be written: {error.Message}"

/// A text as a cell of a table whose cells are parted by tabs.
let tabbed (text: string) = text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ')
