namespace UniRep.IO

open System
open UniRep
open UniRep.Formats

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
        | Pooled pools -> pools
        | PerResidue -> []

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
        | Npz ->
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
                        | Pooled pools -> new NpzWriter(place, columns, pools, units)
                        | PerResidue -> new ResidueNpzWriter(place, columns, units)
            }
        | Npy ->
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
        | CsvTable -> table "csv" ',' "a table, separated by commas"
        | TsvTable -> table "tsv" '\t' "a table, separated by tabs"
        | JsonLines ->
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
                        | Pooled pools ->
                            set ("id" :: "length" :: [ for pool in pools -> pool.Name ])
                        | PerResidue -> set [ "id"; "length"; "states" ]
                Open =
                    fun place columns content units ->
                        new JsonLinesWriter(place, columns, content, units)
            }
        | SafetensorsArrays ->
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
    let all = [ Npz; Npy; CsvTable; TsvTable; JsonLines; SafetensorsArrays ]
