/// What scikit-learn and SciPy give: lines of a name and its numbers, written by tests/golden/top-models.py.
module UniRep.Design.Tests.GoldenNumbers

open System
open System.Globalization
open System.IO
open UniRep.Design
open UniRep.IO
open UniRep.Tests

let read file =
    File.ReadAllLines(TestFiles.repositoryPath $"tests/golden/{file}")
    |> Array.map (fun line ->
        let words = line.Split ' '

        words[0],
        words[1..]
        |> Array.map (fun word -> Double.Parse(word, CultureInfo.InvariantCulture)))
    |> Map.ofArray

let private feature i k =
    (7919 * i + 104729 * k + 31 * i * i * k + 17 * i * k * k) % 1009

/// The rows and targets that the script makes by formula.
let table rows columns =
    let x =
        Array.init rows (fun i ->
            Array.init columns (fun k -> float32 (float (feature i k) / 1009.0 - 0.5)))

    let y =
        x
        |> Array.mapi (fun i row ->
            let row = Array.map float row
            let sum = row |> Seq.mapi (fun k value -> value * cos (2.0 * float k)) |> Seq.sum
            row[0] - 2.0 * row[1] + row[2] * row[3] + sin (float i) / 4.0 + sum / 3.0)

    x, y

let source columns =
    {
        Kind = FeatureKind.Vector Pool.Average
        Width = columns
        Fingerprint = Some "0123456789abcdef"
        Model = Some "formula"
        Density = None
    }

let features (rows: float32[][]) =
    FeatureTable.ofRows (source rows[0].Length) rows

/// The rows to fit to, their targets, and ten new rows.
let parts count columns =
    let x, y = table (count + 10) columns
    features x[.. count - 1], y[.. count - 1], features x[count..]
