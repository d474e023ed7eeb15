namespace UniRep.Formats

open System.IO
open UniRep

/// Reads and writes safetensors files: a JSON header, then arrays one after another, nothing executable.
[<RequireQualifiedAccess>]
module Safetensors =
    /// Reads metadata and arrays (F32, F16, BF16) of a seekable stream from its beginning.
    val read: stream: Stream -> Result<Map<string, string> * Map<string, Tensor>, SafetensorsError>

    /// Writes the header of arrays that are to follow in this order: name, type, shape and number of bytes of each.
    val header:
        metadata: (string * string) list ->
        arrays: (string * string * int64 list * int64) list ->
            byte[]

    /// Writes a whole file of F32 arrays in the order given; equal input gives equal bytes.
    val write:
        stream: Stream ->
        metadata: (string * string) list ->
        tensors: (string * Tensor) list ->
            unit

    /// Reads metadata and arrays of F64, with their shapes, of a seekable stream from its beginning; arrays of other types
    /// are UnsupportedType.
    val internal readDoubles:
        stream: Stream ->
            Result<Map<string, string> * Map<string, int list * float[]>, SafetensorsError>

    /// Writes a whole file of F64 arrays in the order given; equal input gives equal bytes.
    val internal writeDoubles:
        stream: Stream ->
        metadata: (string * string) list ->
        arrays: (string * int list * float[]) list ->
            unit
