/// Damages gzip files as downloads and disks do.
module internal UniRep.Tests.GzipDamage

open System
open System.IO
open System.Text

/// A gzip file, and where its blocks begin.
type GzipExample =
    {
        Name: string
        Bytes: byte[]
        Blocks: int list
    }

let private crcTable =
    Array.init 256 (fun index ->
        (uint32 index, [ 1..8 ])
        ||> List.fold (fun crc _ ->
            if crc &&& 1u = 1u then
                0xEDB88320u ^^^ (crc >>> 1)
            else
                crc >>> 1))

/// The checksum as RFC 1952 describes it.
let crc32 (bytes: byte[]) =
    ~~~(Array.fold
            (fun crc value -> crcTable[int ((crc ^^^ uint32 value) &&& 0xFFu)] ^^^ (crc >>> 8))
            UInt32.MaxValue
            bytes)

/// A member with an extra field that tells its size, as bgzip writes it.
let bgzfBlock (bytes: byte[]) =
    let gzip = Gzip.compress bytes
    let size = gzip.Length + 8 - 1

    Array.concat
        [
            gzip[..2]
            [| 4uy |]
            gzip[4..9]
            [| 6uy; 0uy; byte 'B'; byte 'C'; 2uy; 0uy; byte size; byte (size >>> 8) |]
            gzip[10..]
        ]

/// The empty block at the end of BGZF files, byte for byte as bgzip writes it.
let bgzfEnd =
    Convert.FromHexString "1f8b08040000000000ff0600424302001b0003000000000000000000"

let private joined name (blocks: byte[] list) =
    {
        Name = name
        Bytes = Array.concat blocks
        Blocks = blocks |> List.scan (fun at block -> at + block.Length) 0
    }

let private pieces size (bytes: byte[]) =
    bytes |> Array.chunkBySize size |> List.ofArray

/// One text as one member, as two, and as BGZF.
let examples (text: string) =
    let bytes = Encoding.UTF8.GetBytes text

    [
        joined "one member" [ Gzip.compress bytes ]
        joined "two members" (pieces (bytes.Length / 2 + 1) bytes |> List.map Gzip.compress)
        joined "BGZF" ((pieces 16_000 bytes |> List.map bgzfBlock) @ [ bgzfEnd ])
    ]

let private zeroed first count (bytes: byte[]) =
    let bytes = Array.copy bytes
    Array.fill bytes first (min count (bytes.Length - first)) 0uy
    bytes

let private without first count (bytes: byte[]) =
    Array.removeManyAt first (min count (bytes.Length - first)) bytes

/// Stretches that do not begin and end where members do: without those, or with two of them swapped, a file is a whole
/// one, of which nothing tells that it was another.
let private isWithin example first count =
    not (
        List.contains first example.Blocks
        && List.contains (first + count) example.Blocks
    )

/// The kinds of damage by their names.
let kinds: (string * (Random -> GzipExample -> byte[])) list =
    let place (random: Random) example count =
        random.Next(max 1 (example.Bytes.Length - count))

    [
        "cut", fun random example -> example.Bytes[.. place random example 1 - 1]
        "cut and filled with zeros",
        fun random example ->
            let first = place random example 1
            zeroed first example.Bytes.Length example.Bytes
        "1 kB of zeros", fun random example -> zeroed (place random example 1024) 1024 example.Bytes
        "one bit changed",
        fun random example ->
            let bytes = Array.copy example.Bytes
            let bit = random.Next(8 * bytes.Length)
            bytes[bit / 8] <- bytes[bit / 8] ^^^ (1uy <<< (bit % 8))
            bytes
        "1 kB left out",
        fun random example ->
            let first = place random example 1024

            if isWithin example first 1024 then
                without first 1024 example.Bytes
            else
                without (first + 1) 1024 example.Bytes
        "1 kB swapped with the next",
        fun random example ->
            let first = place random example 2048
            let second = min (first + 1024) example.Bytes.Length
            let last = min (second + 1024) example.Bytes.Length
            let bytes = example.Bytes

            Array.concat
                [
                    bytes[.. first - 1]
                    bytes[second .. last - 1]
                    bytes[first .. second - 1]
                    bytes[last..]
                ]
        "something after the end",
        fun random example ->
            Array.append
                example.Bytes
                (Array.init (random.Next(1, 50)) (fun _ -> byte (random.Next(1, 256))))
    ]
