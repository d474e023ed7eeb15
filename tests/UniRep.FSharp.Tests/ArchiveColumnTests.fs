module UniRep.Tests.ArchiveColumnTests

open System
open System.IO
open System.IO.Compression
open System.Text
open System.Text.Json
open UniRep
open UniRep.IO
open UniRep.Tests.ColumnOutputTests
open Expecto
open UniRep.Testing

/// The type and the bytes of an array of an archive.
let private entry (zip: ZipArchive) name =
    use source = (Option.ofObj (zip.GetEntry $"{name}.npy") |> Option.get).Open()
    use target = new MemoryStream()
    source.CopyTo target
    let bytes = target.ToArray()
    let start = 10 + int (BitConverter.ToUInt16(bytes, 8))
    Encoding.Latin1.GetString(bytes, 10, start - 10).Split('\'')[3], bytes[start..]

let private padded (zip: ZipArchive) name =
    let descr, bytes = entry zip name

    bytes
    |> Array.chunkBySize (4 * int (descr.Substring 2))
    |> Array.map (fun row -> (Encoding.UTF32.GetString row).TrimEnd '\000')
    |> List.ofArray

/// Texts that are stored as bytes and offsets.
let private packed (zip: ZipArchive) name =
    let utf8, bytes = entry zip $"{name}.utf8"
    let int64s, offsets = entry zip $"{name}.offsets"
    Assert.equal ("|u1", "<i8") (utf8, int64s)

    [
        for at in 0..8 .. offsets.Length - 8 -> int (BitConverter.ToInt64(offsets, at))
    ]
    |> List.pairwise
    |> List.map (fun (start, next) -> Encoding.UTF8.GetString(bytes, start, next - start))

[<Tests>]
let tests =
    testList
        "ArchiveColumnTests"
        [
            testCase "an archive holds a column as an array of texts"
            <| fun () ->
                for content in [ OutputContent.Pooled [ Pool.Average ]; OutputContent.PerResidue ] do
                    use stream = new MemoryStream(sent OutputFormat.Npz content)
                    use zip = new ZipArchive(stream)
                    Assert.equal (examples |> List.map (fun (one, _) -> one.Id)) (padded zip "ids")

                    for at, name in List.indexed columns do
                        Assert.equal
                            (examples |> List.map (fun (_, cells) -> cells[at]))
                            (padded zip $"column.{name}")

            testCase "NumPy and pandas read columns"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"

                File.WriteAllBytes(
                    path,
                    sent OutputFormat.Npz (OutputContent.Pooled [ Pool.Average ])
                )

                let table =
                    folder.WriteBytes(
                        "a.csv",
                        sent OutputFormat.CsvTable (OutputContent.Pooled [ Pool.Average ])
                    )

                let script =
                    """
arrays = numpy.load(sys.argv[1], allow_pickle=False)
table = pandas.read_csv(sys.argv[2], keep_default_na=False)
names = [name[7:] for name in arrays.files if name.startswith("column.")]
print(json.dumps([
    [[name, arrays["column." + name].tolist()] for name in names],
    [[name, table.iloc[:, 2 + at].tolist()] for at, name in enumerate(names)]]))
"""

                use json =
                    JsonDocument.Parse(Python.run "json, numpy, pandas" script [ path; table ])

                let expected =
                    columns
                    |> List.mapi (fun at name ->
                        name, examples |> List.map (fun (_, cells) -> cells[at]))

                for found in json.RootElement.EnumerateArray() do
                    Assert.equal
                        expected
                        [
                            for column in found.EnumerateArray() ->
                                string (column[0].GetString()),
                                [
                                    for cell in column[1].EnumerateArray() ->
                                        string (cell.GetString())
                                ]
                        ]

            testCase "one enormous id does not widen the others"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                let ids = String('x', 200_000) :: [ for number in 1..3000 -> $"é{number}" ]

                do
                    use writer =
                        opened
                            []
                            (Some path)
                            Stream.Null
                            OutputFormat.Npz
                            (OutputContent.Pooled [ Pool.Average ])
                            false

                    write writer (ids |> List.map (fun id -> Example.make 1 id 1, [||]))
                    writer.Complete "{}"

                    Assert.equal
                        [
                            "'ids' holds a text of 200000 characters: it is stored as 'ids.utf8' and 'ids.offsets', not as an array of texts"
                        ]
                        writer.Warnings

                Assert.isBetween 200_000L 1_000_000L (FileInfo(path).Length)
                use zip = ZipFile.OpenRead path
                Assert.equal ids (packed zip "ids")
                Expect.isNull (zip.GetEntry "ids.npy") "ids.npy"

            testCase "long ids are padded while that wastes little, and a zero at an end is kept"
            <| fun () ->
                let isPadded ids =
                    use target = new MemoryStream()

                    do
                        use writer =
                            opened
                                []
                                None
                                target
                                OutputFormat.Npz
                                (OutputContent.Pooled [ Pool.Average ])
                                false

                        write writer (ids |> List.map (fun id -> Example.make 1 id 1, [||]))
                        writer.Complete "{}"

                    use zip = new ZipArchive(target)

                    if isNull (zip.GetEntry "ids.npy") then
                        Assert.equal ids (packed zip "ids")
                        false
                    else
                        Assert.equal ids (padded zip "ids")
                        true

                Assert.isTrue (isPadded [ "a"; String('x', 60_000) ])
                Assert.isTrue (isPadded (List.replicate 300 (String('x', 60_000))))
                Assert.isFalse (isPadded (String('x', 60_000) :: List.replicate 300 "a"))
                Assert.isFalse (isPadded [ "a"; "b\000" ])
        ]
