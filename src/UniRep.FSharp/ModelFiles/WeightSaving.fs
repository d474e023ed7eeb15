namespace UniRep.ModelFiles

open System
open System.IO
open System.Runtime.InteropServices
open UniRep
open UniRep.Formats
open UniRep.IO

/// Writes models in every layout that is written.
[<RequireQualifiedAccess>]
module internal WeightSaving =
    let safetensors path (weights: Weights) =
        let shape, card = weights.Shape, weights.Card

        let metadata =
            [
                "unirep.model", card.Name
                "unirep.version", card.Version
                "unirep.units", string shape.Units
                "unirep.layers", string shape.Layers
                "unirep.embedding", string shape.Embedding
                "unirep.license", card.License
                "unirep.provenance", card.Provenance
            ]

        SafeWriting.file path (fun stream ->
            Safetensors.write stream metadata (Weights.toTensors weights))

    let private writeValues (tensor: Tensor) (stream: Stream) =
        stream.Write(MemoryMarshal.AsBytes(ReadOnlySpan tensor.Values))

    let npz path weights =
        SafeWriting.file path (fun stream ->
            let archive = NpzArchive stream

            for key, tensor in JaxNpz.entries weights do
                archive.Add(key, "<f4", List.map int64 tensor.Shape, writeValues tensor)

            archive.End())

    let npyFolder withColon path (weights: Weights) =
        if withColon && OperatingSystem.IsWindows() then
            invalidArg (nameof withColon) "File names with a colon are not possible on Windows."

        let fileOf =
            if withColon then
                NpyFolder.fileOf
            else
                NpyFolder.fileWithoutColon

        if not weights.HasHead then
            Error(WeightFileError.HeadNeeded(path, weights.Card.Name))
        else
            SafeWriting.folder
                path
                [
                    for array, tensor in Weights.toTensors weights do
                        fileOf (weights.Shape.Layers > 1) array,
                        fun stream ->
                            stream.Write(
                                ReadOnlySpan(Npy.header "<f4" (List.map int64 tensor.Shape))
                            )

                            writeValues tensor stream
                ]
