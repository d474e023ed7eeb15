namespace UniRep.IO

open UniRep

[<RequireQualifiedAccess>]
type InputFormat =
    | Fasta
    | A2m
    | Stockholm
    | Lines
    | Csv
    | Tsv

[<RequireQualifiedAccess>]
type InputLayout =
    | Headers of isAlignment: bool
    | Stockholm
    | Lines
    | Table of separator: char

/// What is known of an input format.
type InputFormatRow =
    {
        Name: string
        Extensions: string list
        Description: string
        Layout: InputLayout
    }

/// The table of input formats: help texts, messages, docs and readers are made from it.
module InputFormatTable =
    let row format =
        match format with
        | InputFormat.Fasta ->
            {
                Name = "fasta"
                Extensions = [ ".fasta"; ".fa"; ".faa"; ".fas"; ".fsa"; ".pep"; ".mpfa" ]
                Description = "FASTA"
                Layout = InputLayout.Headers false
            }
        | InputFormat.A2m ->
            {
                Name = "a2m"
                Extensions = [ ".a2m"; ".a3m"; ".afa" ]
                Description = "an alignment, A2M or A3M: gaps are dropped"
                Layout = InputLayout.Headers true
            }
        | InputFormat.Stockholm ->
            {
                Name = "stockholm"
                Extensions = [ ".sto"; ".stk"; ".stockholm" ]
                Description = "an alignment in Stockholm format: gaps are dropped"
                Layout = InputLayout.Stockholm
            }
        | InputFormat.Lines ->
            {
                Name = "lines"
                Extensions = [ ".txt" ]
                Description = "one sequence a line"
                Layout = InputLayout.Lines
            }
        | InputFormat.Csv ->
            {
                Name = "csv"
                Extensions = [ ".csv" ]
                Description = "a table with a header row, separated by commas"
                Layout = InputLayout.Table ','
            }
        | InputFormat.Tsv ->
            {
                Name = "tsv"
                Extensions = [ ".tsv" ]
                Description = "a table with a header row, separated by tabs"
                Layout = InputLayout.Table '\t'
            }

type InputFormat with
    member this.Name = (InputFormatTable.row this).Name
    member this.Extensions = (InputFormatTable.row this).Extensions
    member this.Description = (InputFormatTable.row this).Description

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module InputFormat =
    let all =
        [
            InputFormat.Fasta
            InputFormat.A2m
            InputFormat.Stockholm
            InputFormat.Lines
            InputFormat.Csv
            InputFormat.Tsv
        ]

    let layout format = (InputFormatTable.row format).Layout
