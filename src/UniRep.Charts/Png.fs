namespace UniRep.Charts

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text
open UniRep

/// Writes pictures of few colours as PNG (ISO/IEC 15948).
[<RequireQualifiedAccess>]
module internal Png =
    let private crcTable =
        Array.init 256 (fun index ->
            let mutable crc = uint32 index

            for _ in 1..8 do
                crc <-
                    if crc &&& 1u = 1u then
                        0xEDB88320u ^^^ (crc >>> 1)
                    else
                        crc >>> 1

            crc)

    let private crc (bytes: byte[]) =
        let next crc (value: byte) =
            crcTable[int ((crc ^^^ uint32 value) &&& 0xFFu)] ^^^ (crc >>> 8)

        Array.fold next 0xFFFFFFFFu bytes ^^^ 0xFFFFFFFFu

    let private bigEndian (value: uint32) =
        let bytes: byte[] = Array.zeroCreate 4
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value)
        bytes

    let private chunk (kind: string) (content: byte[]) =
        let body = Array.append (Encoding.ASCII.GetBytes kind) content
        Array.concat [ bigEndian (uint32 content.Length); body; bigEndian (crc body) ]

    let private compress (bytes: byte[]) =
        use target = new MemoryStream()

        do
            use zlib = new ZLibStream(target, CompressionLevel.SmallestSize)
            zlib.Write(bytes, 0, bytes.Length)

        target.ToArray()

    /// Makes a picture of up to 256 colours, red, green, blue and opacity, from their numbers, `[rows, columns]`.
    let encode (colours: byte[][]) (pixels: byte[,]) =
        let rows, columns = Array2D.length1 pixels, Array2D.length2 pixels

        let lines =
            Array.init (rows * (columns + 1)) (fun at ->
                let row, column = Math.DivRem(at, columns + 1)
                // Each line begins with the number of its filter: none.
                if column = 0 then 0uy else pixels[row, column - 1])

        let eightBitsOfPalette = [| 8uy; 3uy; 0uy; 0uy; 0uy |]

        Array.concat
            [
                [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]
                chunk
                    "IHDR"
                    (Array.concat
                        [ bigEndian (uint32 columns); bigEndian (uint32 rows); eightBitsOfPalette ])
                chunk "PLTE" (colours |> Array.collect (fun colour -> colour[..2]))
                chunk "tRNS" (colours |> Array.map (fun colour -> colour[3]))
                chunk "IDAT" (compress lines)
                chunk "IEND" [||]
            ]
