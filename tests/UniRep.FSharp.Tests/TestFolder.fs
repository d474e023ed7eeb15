namespace UniRep.Tests

open System
open System.IO
open System.IO.Compression
open System.Text

/// A folder that lasts as long as one test.
[<Sealed>]
type TestFolder() =
    let folder = Directory.CreateTempSubdirectory "unirep-tests-"

    /// The full path of a name in the folder.
    member _.Path(name: string) = Path.Combine(folder.FullName, name)

    /// The names of all files in the folder, hidden ones too.
    member _.Names =
        Directory.GetFiles folder.FullName
        |> Array.map (Path.GetFileName >> string)
        |> Array.sort
        |> List.ofArray

    /// Writes bytes under a name, and gives the path.
    member this.WriteBytes(name: string, bytes: byte[]) =
        File.WriteAllBytes(this.Path name, bytes)
        this.Path name

    /// Writes a text as UTF-8 without a mark, and gives the path.
    member this.WriteText(name: string, text: string) =
        this.WriteBytes(name, Encoding.UTF8.GetBytes text)

    interface IDisposable with
        member _.Dispose() = folder.Delete true

[<RequireQualifiedAccess>]
module Gzip =
    /// One gzip member that holds some bytes.
    let compress (bytes: byte[]) =
        use target = new MemoryStream()

        do
            use gzip = new GZipStream(target, CompressionLevel.Fastest)
            gzip.Write(bytes, 0, bytes.Length)

        target.ToArray()
