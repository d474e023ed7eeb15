// Reads what models are measured on, from a folder DATA laid out as scripts/README.md says, and draws the subsets.

open System.IO
open UniRep
open Prelude
open NumpyRandom

/// How much of the data is taken: the subsets of the cards, everything, or no more of each file than a limit.
type Amount = { All: bool; Limit: int }

/// Sequences with a measured value each.
type Measured = { Sequences: Sequence[]; Values: float[] }

/// A property to learn: its name, and the three parts.
type Property = { Name: string; Train: Measured; Valid: Measured; Test: Measured }

/// A deep mutational scan.
type Scan = { Name: string; WildType: Sequence; Mutants: Measured }

/// Proteins whose loss is measured.
type Proteins = { Name: string; Sequences: Sequence[] }

let private number place column cell =
    readNumber place column cell |> Option.defaultWith (fun () -> stop $"{place}, column '{column}': there is no value: leave the row out")

/// Reads a column of texts and one of values: of every row its place in words, and the two cells.
let private rowsOf path text column =
    readTable path [ text; column ] |> Array.map (fun row -> row.Place, snd row.Cells[0], snd row.Cells[1])

let private parse place text = Sequence.parse text |> orStopAt place
let private ofRows rows = { Sequences = Array.map fst rows; Values = Array.map snd rows }
let private first amount (rows: 'row[]) = Array.truncate amount.Limit rows

let private enough least path (rows: 'row[]) =
    if rows.Length < least then stop $"{path}: {rows.Length} rows are too few: give at least {least}"
    rows

/// A part of a property: rows without a stop inside, drawn by a generator of their own.
let private part amount path column size =
    let rows = rowsOf path "seq" column |> Array.filter (fun (_, sequence, _) -> not (sequence.Contains '*'))
    let drawn = if amount.All then rows else Array.map (Array.get rows) (NumpyRandom(0u).Choice(rows.Length, size))

    drawn
    |> first amount
    |> Array.map (fun (place, sequence, value) -> parse place sequence, number place column value)
    |> enough 3 path
    |> ofRows

/// Stability and fluorescence of TAPE.
let properties amount folder =
    let read name column (files: string list) sizes =
        let parts = List.map2 (fun file size -> part amount (Path.Combine(folder, "fitness", name, file)) column size) files sizes
        { Name = name; Train = parts[0]; Valid = parts[1]; Test = parts[2] }

    [
        read "stability" "label" [ for part in [ "train"; "valid"; "test" ] -> $"stability.{part}.csv" ] [ 6000; 1000; 4000 ]
        read "fluorescence" "log_fluorescence" [ "train.csv"; "valid.csv"; "test.csv" ] [ 2500; 700; 2500 ]
    ]

/// Makes the sequence of a mutant such as `A42G:K50R`, residues numbered from 1.
let private mutate place wildType mutant =
    Variant.parse mutant |> Result.bind (Variant.apply 1 wildType) |> orStopAt place

/// The scans: every NAME.csv (columns mutant and score) that has its wild type beside it in NAME.fasta.
let scans amount folder =
    let folder = Path.Combine(folder, "fitness", "proteingym")
    let wildTypes = if Directory.Exists folder then Directory.GetFiles(folder, "*.fasta") |> Array.sort else [||]
    if wildTypes.Length = 0 then stop $"{folder}: there is no NAME.fasta, with NAME.csv beside it"

    [
        for path in wildTypes do
            let wildType =
                match readRecords path with
                | [| record |] -> record.Sequence
                | several -> stop $"{path}: {several.Length} sequences: give one, the wild type"

            let table = Path.ChangeExtension(path, ".csv")

            let mutants =
                rowsOf table "mutant" "score"
                |> first amount
                |> Array.map (fun (place, mutant, score) -> mutate place wildType mutant, number place "score" score)
                |> enough 3 table
                |> ofRows

            { Name = Path.GetFileNameWithoutExtension path; WildType = wildType; Mutants = mutants }
    ]

let private longest = 600

/// The proteins of the losses: every 24th of up to 600 residues of two large files; and of corpora/clean as many as the
/// cards have, drawn from one file after another by one generator.
let proteins amount folder =
    let random = NumpyRandom 0u

    let read name place choose =
        let path = Path.Combine(Array.append [| folder; "corpora" |] place)
        let sequences = readRecords path |> Array.map _.Sequence |> Array.filter (fun sequence -> sequence.Length <= longest) |> enough 1 path
        let chosen = if amount.All then sequences else choose sequences
        { Name = name; Sequences = first amount chosen }

    let every24th sequences = sequences |> Array.indexed |> Array.filter (fun (at, _) -> at % 24 = 0) |> Array.map snd
    let drawn size (sequences: Sequence[]) = Array.map (Array.get sequences) (random.Choice(sequences.Length, size))

    [
        read "enzymes/test" [| "enzymes"; "test.fasta.gz" |] every24th
        read "E. coli" [| "proteomes"; "ecoli_K12_UP000000625.fasta" |] every24th
        read "E. coli <50%" [| "clean"; "ecoli_below50.fasta" |] (drawn 300)
        read "E. coli <30%" [| "clean"; "ecoli_below30.fasta" |] (drawn 300)
        read "enzymes/test <50%" [| "clean"; "test_below50.fasta" |] (drawn 150)
    ]
