namespace UniRep.IO

open System
open UniRep
open UniRep.Formats

[<RequireQualifiedAccess>]
type OutputFormat =
    | Npz
    | Npy
    | CsvTable
    | TsvTable
    | JsonLines
    | SafetensorsArrays

type OutputFormatRow =
    {
        Name: string
        Extensions: string list
        Description: string
        IsText: bool
        HoldsSeveralPools: bool
        HoldsStates: bool
        IsArchive: bool
        Companions: string list
        MostColumns: int
        Reserved: OutputContent -> int -> Set<string>
        Open: OutputPlace -> string list -> OutputContent -> int -> RepWriter
    }

module OutputFormatTable =
    /// A column takes a temporary file of its own where arrays are written.
    let private mostSpooled = 500

    let private none _ _ = Set.empty

    let private poolsOf content =
        match content with
        | OutputContent.Pooled pools -> pools
        | OutputContent.PerResidue -> []

    let private table name separator description =
        let columns content units =
            [
                "id"
                "length"
                for pool in poolsOf content do
                    for unit in 0 .. Pool.width units pool - 1 do
                        $"{pool.Name}_{unit}"
            ]

        {
            Name = name
            Extensions = [ "." + name ]
            Description = description
            IsText = true
            HoldsSeveralPools = true
            HoldsStates = false
            IsArchive = false
            Companions = []
            MostColumns = Int32.MaxValue
            Reserved = fun content units -> set (columns content units)
            Open =
                fun place columns content units ->
                    new TableWriter(place, separator, columns, poolsOf content, units)
        }

    let row format =
        match format with
        | OutputFormat.Npz ->
            {
                Name = "npz"
                Extensions = [ ".npz" ]
                Description = "NumPy archive of all arrays, ids and how they were made"
                IsText = false
                HoldsSeveralPools = true
                HoldsStates = true
                IsArchive = true
                Companions = []
                MostColumns = mostSpooled
                Reserved = none
                Open =
                    fun place columns content units ->
                        match content with
                        | OutputContent.Pooled pools -> new NpzWriter(place, columns, pools, units)
                        | OutputContent.PerResidue -> new ResidueNpzWriter(place, columns, units)
            }
        | OutputFormat.Npy ->
            {
                Name = "npy"
                Extensions = [ ".npy" ]
                Description = "one NumPy array, with the ids in a text file beside it"
                IsText = false
                HoldsSeveralPools = false
                HoldsStates = false
                IsArchive = false
                Companions = [ "ids.txt"; "columns.csv" ]
                MostColumns = Int32.MaxValue
                Reserved = fun _ _ -> set [ "id" ]
                Open =
                    fun place columns content units ->
                        new NpyWriter(place, columns, List.exactlyOne (poolsOf content), units)
            }
        | OutputFormat.CsvTable -> table "csv" ',' "a table, separated by commas"
        | OutputFormat.TsvTable -> table "tsv" '\t' "a table, separated by tabs"
        | OutputFormat.JsonLines ->
            {
                Name = "jsonl"
                Extensions = [ ".jsonl" ]
                Description = "one JSON object a line"
                IsText = true
                HoldsSeveralPools = true
                HoldsStates = true
                IsArchive = false
                Companions = []
                MostColumns = Int32.MaxValue
                Reserved =
                    fun content _ ->
                        match content with
                        | OutputContent.Pooled pools ->
                            set ("id" :: "length" :: [ for pool in pools -> pool.Name ])
                        | OutputContent.PerResidue -> set [ "id"; "length"; "states" ]
                Open =
                    fun place columns content units ->
                        new JsonLinesWriter(place, columns, content, units)
            }
        | OutputFormat.SafetensorsArrays ->
            {
                Name = "safetensors"
                Extensions = [ ".safetensors" ]
                Description = "arrays with a JSON header, which holds the ids"
                IsText = false
                HoldsSeveralPools = true
                HoldsStates = true
                IsArchive = false
                Companions = []
                MostColumns = mostSpooled
                Reserved = none
                Open =
                    fun place columns content units ->
                        new SafetensorsWriter(place, columns, content, units)
            }

type OutputFormat with
    member this.Name = (OutputFormatTable.row this).Name
    member this.Extensions = (OutputFormatTable.row this).Extensions
    member this.Description = (OutputFormatTable.row this).Description
    member this.IsText = (OutputFormatTable.row this).IsText
    member this.HoldsSeveralPools = (OutputFormatTable.row this).HoldsSeveralPools
    member this.HoldsStates = (OutputFormatTable.row this).HoldsStates

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module OutputFormat =
    let all =
        [
            OutputFormat.Npz
            OutputFormat.Npy
            OutputFormat.CsvTable
            OutputFormat.TsvTable
            OutputFormat.JsonLines
            OutputFormat.SafetensorsArrays
        ]

    let usualPools (format: OutputFormat) =
        if format.HoldsSeveralPools then
            [ Pool.Average; Pool.Final; Pool.Cell ]
        else
            [ Pool.Average ]
